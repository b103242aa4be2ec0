# labctl: `make` alone prints what can be made.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# A test starts labctl some hundreds of times: it is compiled once, whatever the shell is set to.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help pictures setup install uninstall setup-kerberos setup-libvirt setup-incus setup-windows images demo demo-embedded demo-libvirt demo-incus demo-steps test test-contract test-whole-benches test-attacks test-benches test-judging test-verbs test-unit test-rest nightly coverage test-libvirt two-emulated test-cluster test-air test-incus test-incus-windows test-kerberos test-network badnet other-ways prove-all exam-day snapshot steady bench-windows bench attacks crash mutate papers fast fuzz lint format types imports golden i18n docs check clean

help:  ## print this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

setup: $(VENV)/.ready  ## packages of the host, virtual environment, labctl itself
	@case " $(MAKECMDGOALS) " in *" setup "*) \
		echo "labctl est prêt : $(CURDIR)/$(BIN)/labctl ; « make install » le met dans $(PREFIX)/bin";; esac
$(VENV)/.ready: packages.apt requirements.lock pyproject.toml setup.py
	$(call install_packages,packages.apt)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# A link: what is changed here is what runs. A file of another installation is left alone.
PREFIX ?= /usr/local
LINK := $(PREFIX)/bin/labctl
COMPLETION := $(PREFIX)/share/bash-completion/completions/labctl
install: setup  ## labctl in /usr/local/bin (PREFIX=…), and its completion for bash
	@test ! -e $(LINK) -o -L $(LINK) || { echo "$(LINK) : un autre labctl est installé"; exit 1; }
	mkdir -p $(dir $(LINK)) $(dir $(COMPLETION))
	ln -sfn $(CURDIR)/$(BIN)/labctl $(LINK)
	$(BIN)/labctl completion bash > $(COMPLETION)

uninstall:  ## take them away
	test ! -L $(LINK) || rm $(LINK)
	rm -f $(COMPLETION)

setup-libvirt: $(VENV)/.ready-libvirt  ## what virtual machines need besides (docs/install.md)
$(VENV)/.ready-libvirt: $(VENV)/.ready packages-libvirt.apt requirements-libvirt.lock
	$(call install_packages,packages-libvirt.apt)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-build-isolation \
		-r requirements-libvirt.lock
	touch $@

setup-incus: $(VENV)/.ready-incus  ## what the emulated Incus cluster of the tests needs besides
$(VENV)/.ready-incus: $(VENV)/.ready packages-incus.apt
	$(call install_packages,packages-incus.apt)
	touch $@

setup-kerberos: $(VENV)/.ready-kerberos  ## what accounts of a domain need besides (docs/install.md)
$(VENV)/.ready-kerberos: $(VENV)/.ready packages-kerberos.apt requirements-kerberos.lock
	$(call install_packages,packages-kerberos.apt)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-kerberos.lock
	touch $@

# Two collections of the many that one wheel holds: the wheel is checked, and thrown away.
setup-windows: $(VENV)/.ready-windows  ## what the solution of a real Windows needs besides (docs/install.md)
$(VENV)/.ready-windows: $(VENV)/.ready requirements-windows.lock
	rm -rf $(VENV)/wheel
	$(BIN)/python -m pip download -q --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
		--dest $(VENV)/wheel -r requirements-windows.lock
	cd $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
		&& rm -rf ansible_collections/ansible/windows ansible_collections/microsoft/ad \
		&& 7z x -y -bso0 -bsp0 $(CURDIR)/$(VENV)/wheel/ansible-*.whl \
			ansible_collections/ansible/windows ansible_collections/microsoft/ad
	rm -rf $(VENV)/wheel
	touch $@

# install_packages FILE: those of a list of Debian packages that are not there yet.
define install_packages
	@missing=; for name in $$(grep -v '^#' $(1)); do \
		dpkg-query -W -f '$${db:Status-Status}\n' $$name 2>/dev/null | grep -qx installed \
		|| missing="$$missing $$name"; done; \
	if [ -n "$$missing" ]; then echo "apt-get install$$missing"; apt-get -q update \
		|| echo "apt-get update: going on with what is known"; \
		DEBIAN_FRONTEND=noninteractive apt-get -q -y install $$missing; fi
endef

images: setup  ## build the image layers that are not there yet
	$(BIN)/labctl images build

# The demonstration has a state of its own: the benches of the room are left alone.
PROVIDER ?= embedded
LIBVIRTD := /run/labctl/libvirt
demo: demo-$(PROVIDER)  ## one bench (PROVIDER=libvirt: virtual, incus: on an emulated cluster): up, untouched, solved, graded, reset proved, down, reports

demo-embedded: images
	$(call demonstrate,demo,true)

# With a libvirtd of its own: on a machine that has one, nothing of it is touched.
PRIVATE := tests/libvirt/private-libvirtd
demo-libvirt: setup-libvirt images
	$(PRIVATE) start $(LIBVIRTD)
	$(call demonstrate,demo-libvirt,$(PRIVATE) stop $(LIBVIRTD))

# On a cluster of two emulated members, which go with it, a bench on each: emulated processors take an hour.
MEMBERS := $(BIN)/python -m tests.incus.cluster
CLUSTER := /var/lib/labctl/emulated-cluster
demo-incus: setup-incus images
	$(MEMBERS) start $(CLUSTER)
	$(call demonstrate,$(CLUSTER)/demo-incus.room.yml,$(MEMBERS) stop $(CLUSTER))

# Exit code of a look in which a machine was late: on emulated processors some are.
demo-incus: export UNSEEN := 4
UNSEEN ?= 0
demo-incus: export WHO := 1,2
WHO ?= 1

# demonstrate ROOM, END: whatever fails, or interrupts it, the bench leaves and the end comes.
define demonstrate
	@trap : INT TERM; $(MAKE) --no-print-directory demo-steps ROOM=$(1); code=$$?; \
		test $$code -eq 0 || $(DEMO) down $(WHO); $(2) && exit $$code
endef
demo-steps:
	$(DEMO) up $(WHO) --room $(ROOM)
	$(DEMO) print 1 --what cahier,notices,annexe,porte,fiche-intervention --odt --out $(DEMO_PAPER) --room $(ROOM)
	$(DEMO) grade $(WHO) --room $(ROOM) || test $$? -eq $(UNSEEN)
	$(DEMO) solve $(WHO) --room $(ROOM)
	$(DEMO) grade $(WHO) --strict --mode examen --room $(ROOM) || test $$? -eq $(UNSEEN)
	$(DEMO) print 1 --what guide-jury --out $(DEMO_PAPER) --room $(ROOM)
	$(DEMO) reset $(WHO) --room $(ROOM)
	$(DEMO) down $(WHO)
	@echo
	@echo "Sujet, annexe et papiers du banc 1 : $(DEMO_PAPER)"
	@echo "Rapports (le banc n'existe plus, ses preuves suffisent) :"
	$(DEMO) report $(WHO) --mode examen
	@echo
	rm -rf $(DEMO_STATE)/sessions
	$(DEMO) session check demo || test $$? -eq 3  # with warnings
	$(DEMO) session timetable demo
	$(DEMO) session open demo
	$(DEMO) session start demo 1
	$(DEMO) session status demo
	$(DEMO) session stop demo
	$(DEMO) session close demo --reason "démonstration : une seule phase" || test $$? -eq 3  # nobody was graded
DEMO_STATE := /var/lib/labctl/demo
DEMO_PAPER := $(DEMO_STATE)/papiers
DEMO := LABCTL_STATE_DIR=$(DEMO_STATE) LABCTL_YES=1 $(BIN)/labctl

# Not with the others: emulated machines need the processors for themselves.
test-libvirt: setup-libvirt images  ## the tests that run virtual machines, those of the night apart
	LABCTL_TEST_LIBVIRT=1 $(BIN)/pytest -q --durations=15 -m "(libvirt or not embedded) and not nightly" tests/libvirt \
		tests/contract/test_provider.py tests/unit/providers/test_domain_xml.py

two-emulated: setup-libvirt images  ## a whole bench of virtual machines, then two at once, one of them sealed
	LABCTL_TEST_LIBVIRT=1 $(BIN)/pytest -q --durations=15 -m "" tests/libvirt/test_whole_bench.py

# Two emulated machines of 4 GiB each that form a cluster; nothing of this computer's network changes.
test-cluster: setup-incus images  ## those of its tests that each change must pass
	LABCTL_TEST_INCUS=1 $(BIN)/pytest -q -m "" --durations=5 \
		tests/incus/test_cluster.py tests/incus/test_full.py tests/incus/test_loss.py

# An emulated machine as well, for seconds: beside other tests its stations are late. The network
# that most of them try at once is tried at night (other-ways): they were late once with nothing beside.
test-air: images  ## Wi-Fi networks that stations try on simulated radios, alone
	$(BIN)/pytest -q -m "" tests/other_ways/test_air.py -k "not two_bands"

test-incus: setup-incus images  ## the tests that run an emulated Incus cluster, none skipped, on one of them
	$(MEMBERS) start $(CLUSTER)
	@trap : INT TERM; LABCTL_TEST_INCUS=$(CLUSTER) $(BIN)/pytest -q -m "" --durations=15 -k incus \
		tests/incus tests/contract/test_provider.py --ignore=tests/incus/test_windows.py; code=$$?; $(MEMBERS) stop $(CLUSTER); exit $$code

# On a cluster of its own, whose first member says that it has KVM and emulates all the same.
test-incus-windows: setup-incus images  ## a bench with a real Windows on an emulated Incus cluster, an empty disk in its place
	LABCTL_TEST_INCUS=1 $(BIN)/pytest -q -m "" --durations=5 tests/incus/test_windows.py

test-kerberos: setup-kerberos images  ## accounts of a domain, before a simulated Windows and a real controller
	$(BIN)/pytest -q tests/contract/test_windows_kerberos.py

bench-windows: images  ## what the facts of sixteen simulated Windows cost: seconds, questions, round trips
	$(BIN)/python -m tests.bench.windows

# Four parts at a time: benches wait more than they compute. The longest come first. Each part ends
# with its own summary, and one that fails does not stop the others. « rest » is what no other part
# names, so that a new folder or a new file of contracts is in one of them. Only the units of what
# judges are measured, since a test takes over twice the time then: nothing of it may be left out
# (tests/bite/covered.py). The whole is measured by `make coverage`.
APART := contract attacks prove crash unit golden badnet libvirt snapshot
JUDGING := collect core grade judge plan session spec
JUDGING += $(addprefix docs/test_,adding_an_exam.py checks_page.py threat_page.py) facts/test_aims.py facts/test_watched.py
JUDGING += $(addprefix pipeline/test_,after_restart.py closing.py help_mark.py incident_bench.py incident_cut.py)
JUDGING += pipeline/test_incident_trial.py
JUDGING += reports/test_incidents.py reports/test_unread.py
JUDGING := $(JUDGING:%=tests/unit/%)
WHOLE_BENCHES := after_restart console dhcp_bench far_bench grade_again roles_restart seal_bench secrets services
WHOLE_BENCHES += solve windows_kerberos without_root
WHOLE_BENCHES := $(WHOLE_BENCHES:%=tests/contract/test_%.py)
VERBS := tests/unit/cli tests/unit/pipeline
COVERED := $(VENV)/coverage.json
COVER := $(BIN)/coverage run -m pytest -q --durations=10
PYTEST := $(BIN)/pytest -q --durations=10
PARTS := benches contract rest attacks whole-benches unit judging verbs
# A process that a test kills may leave half a file of figures: it is left out without a warning.
WHOLE := $(BIN)/python -W 'ignore:Data file' -m coverage
test: images setup-kerberos setup-windows  ## what each change must pass (besides: test-libvirt, nightly)
	@$(BIN)/coverage erase
	+@$(MAKE) --no-print-directory --jobs=4 --keep-going --output-sync=target $(PARTS:%=test-%)
	@$(WHOLE) combine -q
	@$(WHOLE) json -q -o $(COVERED)
	@$(BIN)/python -m tests.bite.covered $(COVERED)
test-contract:
	$(PYTEST) tests/contract $(WHOLE_BENCHES:%=--ignore=%)
test-whole-benches:
	$(PYTEST) $(WHOLE_BENCHES)
test-attacks:
	$(PYTEST) tests/attacks
test-benches:
	$(PYTEST) tests/prove tests/crash
test-judging:
	$(COVER) $(JUDGING)
test-verbs:
	$(PYTEST) $(VERBS) $(JUDGING:%=--ignore=%)
test-unit:
	$(PYTEST) tests/unit tests/golden $(VERBS:%=--ignore=%) $(JUDGING:%=--ignore=%)
test-rest:
	$(PYTEST) $(APART:%=--ignore=tests/%)

ALL := -m ''
nightly: images setup-kerberos setup-windows setup-incus $(VENV)/.ready-papers  ## what takes too long for each change: four hours and more
	$(PYTEST) -m nightly tests
	$(MAKE) --no-print-directory two-emulated attacks crash fuzz other-ways badnet prove-all exam-day steady test-incus test-incus-windows coverage mutate

coverage: images setup-kerberos setup-windows  ## how much of labctl the tests of every part go through
	@$(BIN)/coverage erase
	+@$(MAKE) --no-print-directory --jobs=4 --keep-going --output-sync=target PYTEST='$(COVER)' $(PARTS:%=test-%)
	@$(WHOLE) combine -q
	@$(WHOLE) json -q -o $(COVERED)
	@$(BIN)/python -m tests.bite.covered --overall $(COVERED)

test-network: images  ## two benches graded over a line that loses one frame in five
	$(BIN)/pytest -q tests/badnet

badnet: images  ## sixteen of them
	LABCTL_BADNET_BENCHES=16 $(BIN)/pytest -q -s tests/badnet

other-ways: images  ## six benches solved by other means than the reference solution: after a power cut, then quiet, restarted and busy, ten times each
	LABCTL_OTHER_WAYS=10 $(BIN)/pytest -q -s -m "" tests/other_ways

prove-all: images  ## every check of every shipped subject on each of its variants alone, 40 minutes; then every incident, hours
	LABCTL_PROVE=all $(BIN)/pytest -q --durations=0 tests/prove

exam-day: images  ## a whole exam with four simulated candidates, from the papers to the archive
	LABCTL_EXAM_DAY=whole $(BIN)/pytest -q --durations=0 tests/day

snapshot: images  ## what the shipped exam says of three variants at two desks: as before a redesign
	$(BIN)/pytest -q tests/snapshot

steady: images  ## one bench graded fifty times: the same words each time
	LABCTL_GRADINGS=50 $(BIN)/pytest -q -s tests/contract/test_grade_again.py

MEASURED := $(VENV)/measured
bench: images $(VENV)/.ready-bench  ## measure against other ways, 25 minutes; rewrites docs/benchmarks.md
	mkdir -p $(MEASURED)
	$(BIN)/python -m tests.bench.race --out $(MEASURED)/race.json
	$(BIN)/python -m tests.bench.verbs --out $(MEASURED)/verbs.json
	$(BIN)/python -m tests.bench.page $(MEASURED)/race.json $(MEASURED)/verbs.json
$(VENV)/.ready-bench: $(VENV)/.ready requirements-bench.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --upgrade \
		--target $(VENV)/bench -r requirements-bench.lock
	touch $@

# mutmut makes the mutants and learns which test reaches which function in its first run, of a module
# that has few; then comes the sample, another one for another SEED. With MUTANTS=100, all: hours.
MUTANTS ?= 5
SEED ?= 1
FEW := labctl.core.verdict.*
mutate: $(VENV)/.ready-mutation  ## do the tests bite? part (MUTANTS=5, in a hundred) of the mutants of what judges
	rm -rf mutants
	$(BIN)/mutmut run '$(FEW)'
	$(BIN)/python -m tests.bite.mutants sample $(MUTANTS) $(SEED) | xargs -r -x -n 100000 -s 1000000 $(BIN)/mutmut run
	$(BIN)/python -m tests.bite.mutants score $(MUTANTS) $(SEED)
$(VENV)/.ready-mutation: $(VENV)/.ready requirements-mutation.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-mutation.lock
	touch $@

papers: $(VENV)/.ready-papers  ## what is printed, read as a screen reader would: PDF/UA-1 and WCAG 2.2
	$(BIN)/pytest -q -m '' tests/unit/pipeline/test_paper_accessible.py
$(VENV)/.ready-papers: $(VENV)/.ready requirements-papers.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-papers.lock
	touch $@

fast: setup  ## the tests that need no root, no network, no daemon
	$(BIN)/pytest -q tests/unit tests/golden

fuzz: setup  ## 10,000 wrong files, and recorded answers mutated by the thousand
	LABCTL_FUZZ=10000 $(BIN)/pytest -q tests/fuzz

attacks: images  ## hostile servers and hostile benches: verdicts declared and met, points awarded wrongly
	$(PYTEST) $(ALL) tests/attacks

crash: images  ## kills and refusals at many more points than make test; verbs in any order, 20 times 12
	LABCTL_CRASH=5 $(PYTEST) $(ALL) tests/crash

lint: setup  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup  ## ruff: mend what can be
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup  ## mypy --strict
	$(BIN)/mypy

imports: setup  ## who may import whom
	$(BIN)/lint-imports

golden: setup  ## rewrite the expected outputs; read the diff
	LABCTL_REWRITE_GOLDEN=1 $(BIN)/pytest -q tests/golden tests/unit || true

i18n: setup  ## put new texts in the English catalogues (to be filled in), compile the catalogues
	$(BIN)/python -m tests.catalogues
	@$(BIN)/pytest -q --no-header tests/unit/core/test_catalogues.py

pictures: setup  ## draw the pictures of the README anew (wants chromium)
	$(BIN)/python -m tests.pictures

docs: setup  ## rewrite the generated pages
	LABCTL_REWRITE_GOLDEN=1 $(BIN)/pytest -q tests/unit/docs

check: lint types imports test  ## what a commit must pass

clean:  ## take every bench down and forget the virtual environment
	if test -x $(BIN)/labctl; then $(BIN)/labctl down --all; fi
	rm -rf $(VENV) mutants
