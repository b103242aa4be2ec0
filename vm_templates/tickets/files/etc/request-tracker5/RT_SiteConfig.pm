# What every bench has; RT_SiteConfig.d/bench.pm is written at each start.
use utf8;
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb');
Set($Organization, 'centre.test');
Set($Timezone, 'UTC');
Set(@LexiconLanguages, qw(fr en));
Set($LogToSyslog, undef);
Set($LogToFile, undef);
Set($LogToSTDERR, 'warning');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '/bin/true');
Set($BcryptCost, 10);
Set($MaxAttachmentSize, 1_000_000);
Set($DropLongAttachments, 1);
Set($EnablePriorityAsString, 0);
Set($DefaultCatalog, 'Parc');
Set($CanonicalizeRedirectURLs, 1);    # not to the port behind the proxy
Set($UserAutocreateDefaultsOnLogin, { Privileged => 0, Lang => 'fr' });
Set(%Lifecycles,
    assistance => {
        initial  => ['new'],
        active   => ['open', 'stalled'],
        inactive => ['resolved', 'clos', 'rejected', 'deleted'],
        defaults => {
            on_create => 'new', on_merge => 'resolved', approved => 'open', denied => 'rejected',
            reminder_on_open => 'open', reminder_on_resolve => 'resolved',
        },
        transitions => {
            ''       => [qw(new open)],
            new      => [qw(open stalled resolved rejected deleted)],
            open     => [qw(new stalled resolved rejected deleted)],
            stalled  => [qw(new open resolved rejected deleted)],
            resolved => [qw(open clos)],
            clos     => [qw(open)],
            rejected => [qw(new open deleted)],
            deleted  => [qw(new open)],
        },
        rights  => { '* -> deleted' => 'DeleteTicket', '* -> *' => 'ModifyTicket' },
        actions => [
            'new -> open'      => { label => 'Open It', update => 'Respond' },
            'open -> resolved' => { label => 'Resolve', update => 'Comment' },
            'resolved -> clos' => { label => 'Clore', update => 'Comment' },
            'resolved -> open' => { label => 'Re-open', update => 'Respond' },
            'clos -> open'     => { label => 'Re-open', update => 'Respond' },
        ],
    },
);
1;
