"""One operator at the command line: mode, questions in progress, one line after the other."""

from collections.abc import Callable
from dataclasses import dataclass

from labswitch import keys, passwords
from labswitch.commands.outcome import Banner, KeyGeneration, KeyRemoval, Outcome, Scope
from labswitch.commands.system import continue_banner
from labswitch.commands.table import CONFIG_SCOPE, apply
from labswitch.config import Login
from labswitch.device import Device
from labswitch.errors import CliError, InvalidError, ToolError
from labswitch.exec_table import EXEC_TREE, USER_TREE, Context, Result
from labswitch.grammar import Mode, match
from labswitch.protocol import Expect, Reply
from labswitch.words import complete, split

_PROMPT_NAME = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a session comes from: console, audit, ssh or telnet, and whose it is."""

    line: str
    user: str = ""
    privilege: int = 1


@dataclass(frozen=True, slots=True)
class _Question:
    """Something asked that the next input answers."""

    prompt: str
    expect: Expect
    then: Callable[[str], str]


class Session:
    """The state of one terminal."""

    def __init__(self, device: Device, origin: Origin) -> None:
        self.device = device
        self.origin = origin
        self.length = 24
        self._scope = Scope(Mode.EXEC if origin.privilege >= 15 else Mode.USER)
        self._question: _Question | None = None
        self._banner: Banner | None = None
        self._filter: tuple[str, str] | None = None
        self._closed = False
        self._is_refused = False

    @property
    def mode(self) -> Mode:
        """Return the mode the operator is in."""
        return self._scope.mode

    def greet(self) -> Reply:
        """Return what is shown when the terminal opens."""
        banners = self.device.config.banners
        # What a candidate writes in a banner must not disturb the audit.
        shown = [
            banners[kind]
            for kind in ("motd", "exec")
            if kind in banners and self.origin.line != "audit"
        ]
        return self._reply("".join(f"\n{text}\n" for text in shown))

    def take(self, text: str) -> Reply:
        """Handle one line, or one answer, and return what follows."""
        self._filter = None
        self._is_refused = False
        try:
            output = self._take(text)
        except ToolError as failure:
            self._is_refused = True
            output = f"% The switch could not do this: {failure}\n"
        return self._reply(output)

    def interrupt(self) -> Reply:
        """Leave a question, a banner or the configuration, as Ctrl-C does."""
        self._question, self._banner = None, None
        if self.mode.is_config:
            self._scope = Scope(Mode.EXEC)
        return self._reply("")

    def _take(self, text: str) -> str:
        if self._banner is not None:
            return self._continue_banner(self._banner, text)
        if self._question is not None:
            question, self._question = self._question, None
            return question.then(text)
        if not text.strip() or text.lstrip().startswith("!"):
            return ""
        try:
            return self._run(text)
        except CliError as refusal:
            self._is_refused = True
            return self._explain(refusal)

    def _explain(self, refusal: CliError) -> str:
        """Return what is said of a refusal; an invalid word is pointed at, prompt included."""
        said = f"{refusal}\n"
        if isinstance(refusal, InvalidError):
            return f"{' ' * (len(self.prompt()) + refusal.offset)}^\n{said}"
        return said

    def _run(self, text: str) -> str:
        if not self.mode.is_config:
            return self._run_exec(text, 0)
        words = split(text)
        first = words[0].text.lower()
        if first == "do" and len(words) > 1:
            return self._run_exec(text, words[1].offset)
        leave = complete(first, ("end", "exit")) if len(words) == 1 else []
        if len(leave) != 1:
            return self._configure(text)
        up = leave == ["exit"] and self.mode is not Mode.CONFIG
        self._scope = CONFIG_SCOPE if up else Scope(Mode.EXEC)
        return ""

    def _configure(self, text: str) -> str:
        with self.device.lock:
            outcome = apply(self.device.config, self._scope, text)
            if outcome.config is not self.device.config:
                self.device.change(outcome.config)
        self._scope = outcome.scope or self._scope
        said = f"{outcome.message}\n" if outcome.message else ""
        return said + self._honour(outcome)

    def _honour(self, outcome: Outcome) -> str:
        request = outcome.request
        if isinstance(request, Banner):
            self._banner = request
        if isinstance(request, KeyGeneration):
            return self._generate_key(request.bits)
        if isinstance(request, KeyRemoval):
            with self.device.lock:
                keys.remove()
                self.device.follow()
        return ""

    def _continue_banner(self, banner: Banner, text: str) -> str:
        with self.device.lock:
            config, self._banner = continue_banner(self.device.config, banner, text)
            if self._banner is None:
                self.device.change(config)
        return ""

    def _generate_key(self, bits: int | None) -> str:
        config = self.device.config
        if config.hostname == "Switch":
            return "% Please define a hostname other than Switch.\n"
        if not config.domain_name:
            return "% Please define a domain-name first.\n"
        name = f"{config.hostname}.{config.domain_name}"
        if bits is not None:
            return self._make_key(name, bits)
        said = (
            f"The name for the keys will be: {name}\n"
            "Choose the size of the key modulus in the range of 1024 to 4096.\n\n"
        )
        self._ask(
            "How many bits in the modulus [2048]: ",
            Expect.ANSWER,
            lambda text: self._answer_bits(name, text),
        )
        return said

    def _answer_bits(self, name: str, text: str) -> str:
        answer = text.strip() or "2048"
        if not (answer.isascii() and answer.isdigit() and 1024 <= int(answer[:5]) <= 4096):
            return "% A decimal number between 1024 and 4096.\n"
        return self._make_key(name, int(answer))

    def _make_key(self, name: str, bits: int) -> str:
        replaced = "% They will be replaced.\n" if keys.exists() else ""
        fresh = keys.draw(bits, name)
        with self.device.lock:
            keys.take(fresh)
            self.device.follow()
        return (
            f"The name for the keys will be: {name}\n{replaced}\n"
            f"% The key modulus size is {bits} bits\n"
            f"% Generating {bits} bit RSA keys, keys will be non-exportable...\n[OK]\n"
        )

    def _run_exec(self, text: str, start: int) -> str:
        command, self._filter = split_filter(text)
        padded = " " * start + command[start:]
        tree = USER_TREE if self.mode is Mode.USER else EXEC_TREE
        found = match(tree, padded, ports=len(self.device.config.ports))
        return self._act(found.handler(Context(self.device, self.origin.line, found.args)))

    def _act(self, result: Result) -> str:
        if result.mode is not None:
            self._scope = CONFIG_SCOPE if result.mode is Mode.CONFIG else Scope(result.mode)
        if result.length is not None:
            self.length = result.length
        if result.question is not None:
            prompt, expect, then = result.question
            self._ask(prompt, expect, lambda text: self._act(then(text)))
        self._closed = self._closed or result.close
        return result.output

    def _ask(self, prompt: str, expect: Expect, then: Callable[[str], str]) -> None:
        self._question = _Question(prompt, expect, then)

    def prompt(self) -> str:
        """Return the prompt of the mode; in configuration a long name is cut."""
        name = self.device.config.hostname
        return (name[:_PROMPT_NAME] if self.mode.is_config else name) + self.mode.value

    def _reply(self, output: str) -> Reply:
        prompt, expect = self.prompt(), Expect.COMMAND
        if self._question is not None:
            prompt, expect = self._question.prompt, self._question.expect
        elif self._banner is not None:
            prompt, expect = "", Expect.TEXT
        if self._closed:
            prompt, expect = "", Expect.NOTHING
        return Reply(
            output,
            prompt,
            expect,
            self._filter,
            self.length,
            self._timeout_s(),
            self._is_refused,
        )

    def _timeout_s(self) -> int:
        """Return after how long an idle terminal is closed; the audit decides for itself."""
        if self.origin.line == "audit":
            return 0
        line = (
            self.device.config.console
            if self.origin.line == "console"
            else self.device.config.vty[0]
        )
        minutes, seconds = line.exec_timeout if line.exec_timeout is not None else (10, 0)
        return minutes * 60 + seconds


def split_filter(text: str) -> tuple[str, tuple[str, str] | None]:
    """Return a command and the filter after its bar: include, exclude, begin or section."""
    command, bar, rest = text.partition("|")
    if not bar or not command.split()[:1] or not split(command)[-1].text:
        return text, None
    words = rest.split(None, 1)
    kinds = [
        k
        for k in ("begin", "exclude", "include", "section")
        if words and k.startswith(words[0].lower())
    ]
    if len(kinds) != 1 or len(words) != 2:
        raise InvalidError(len(command) + 1)
    return command, (kinds[0], words[1].rstrip())


def authenticate(device: Device, line: str, user: str, secret: str) -> Origin | None:
    """Return the session that a name and a secret open on a terminal line, or None."""
    known = device.config.users.get(user)
    vty = next((entry for entry in device.config.vty if line in entry.transport), None)
    if vty is None:
        return None
    if vty.login is Login.LOCAL:
        if known is None or not passwords.is_secret(secret, known.secret):
            return None
        return Origin(line, user, known.privilege)
    is_right = vty.login is Login.NONE or (bool(vty.password) and secret == vty.password)
    return Origin(line) if is_right else None
