# The terminal of a machine of a bench: its prompt says which bench, the manual is in French first.
export EDITOR=nano PAGER=less LESS=-R
[ "${LABCTL_LANG-}" = en ] || export MANOPT='-L fr'
if [ -n "${PS1-}" ] && [ -n "${BASH_VERSION-}" ]; then
    if [ -z "${LABCTL_BENCH-}" ]; then
        LABCTL_BENCH=$(sed -n 's/^ *"bench": *\([0-9]*\),*$/\1/p' /etc/labctl/node.json 2> /dev/null)
        export LABCTL_BENCH
    fi
    if [ "${LABCTL_LANG-}" = en ]; then _labctl_word=bench; else _labctl_word=banc; fi
    PS1="\\u@\\h ($_labctl_word $(printf %02d "${LABCTL_BENCH:-0}")):\\w\\\$ "
    unset _labctl_word
fi
