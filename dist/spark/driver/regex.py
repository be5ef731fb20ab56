"""Patterns of RE2, which DuckDB has, as patterns of java.util.regex, which Spark has."""

from errors import Refused

_NAMED = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "0-9A-Za-z",
    "upper": "A-Z",
    "lower": "a-z",
    "space": "\\t-\\r ",
    "blank": "\\t ",
    "punct": "!-/:-@\\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "word": "0-9A-Za-z_",
    "cntrl": "\\x00-\\x1f\\x7f",
    "print": " -~",
    "graph": "!-~",
    "ascii": "\\x00-\\x7f",
}
_SPACE = "\\t\\n\\f\\r "
_CATEGORY_LETTERS = set("CLMNPSZ")


def to_java(pattern: str, options: str = "") -> str:
    """
    The same pattern for java.util.regex: `.`, `$`, `\\s`, `\\b` and classes mean what RE2 means by them. Raises `Refused` for
    what RE2 does not know (look-around, back references, possessive repetition) and for what has no like in Java.
    """
    flags = "d" + "".join(sorted({"i", "s"} & set(options)))
    if "i" in flags:
        flags += "u"
    return f"(?{flags})" + _Reader(pattern).read()


class _Reader:
    def __init__(self, pattern: str):
        self.text = pattern
        self.at = 0

    def read(self) -> str:
        parts = []
        repeated = False
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign in "*+?" or (sign == "{" and self._is_count()):
                parts.append(self._repetition(parts, repeated))
                repeated = True
                continue
            repeated = False
            if sign == "\\":
                parts.append(self._escape(False))
            elif sign == "[":
                parts.append(self._class())
            elif sign == "(":
                parts.append(self._group())
            elif sign == "$":
                self.at += 1
                # RE2 without (?m): the end of the text alone, not before a last line break.
                parts.append("\\z")
            elif sign in "{}":
                self.at += 1
                parts.append("\\" + sign)
            else:
                self.at += 1
                parts.append(sign)
        return "".join(parts)

    def _is_count(self) -> bool:
        end = self.text.find("}", self.at)
        body = self.text[self.at + 1 : end] if end > 0 else ""
        low, _, high = body.partition(",")
        return low.isdigit() and (high == "" or high.isdigit())

    def _repetition(self, parts, repeated) -> str:
        if repeated or not parts:
            raise Refused("no argument for repetition operator", "pattern")
        end = self.at + 1
        if self.text[self.at] == "{":
            end = self.text.index("}", self.at) + 1
            if any(int(n) > 1000 for n in self.text[self.at + 1 : end - 1].split(",") if n):
                raise Refused("invalid repetition size", "pattern")
        if end < len(self.text) and self.text[end] == "?":
            end += 1
        found = self.text[self.at : end]
        self.at = end
        return found

    def _group(self) -> str:
        rest = self.text[self.at :]
        for name in ("(?P<", "(?<"):
            if rest.startswith(name) and not rest.startswith(("(?<=", "(?<!")):
                end = rest.index(">") if ">" in rest else len(rest)
                # The names of groups mean nothing here, and Java is stricter about them.
                self.at += end + 1
                return "("
        if rest.startswith(("(?=", "(?!", "(?<", "(?>", "(?P")):
            raise Refused(f"invalid perl operator: {rest[:4]}", "pattern")
        if rest.startswith("(?"):
            ends = [i for i in (rest.find(")"), rest.find(":")) if i > 0]
            if not ends:
                raise Refused("missing )", "pattern")
            end = min(ends)
            flags = rest[2:end]
            if set(flags) - set("ims-"):
                if "U" in flags:
                    raise Refused("the flag U is not known to Spark", "pattern")
                raise Refused(f"invalid perl operator: {rest[: end + 1]}", "pattern")
            if "m" in flags.partition("-")[0]:
                raise Refused("the flag m is not known to Spark as DuckDB means it", "pattern")
            self.at += end + 1
            on, minus, off = flags.partition("-")
            on = on + ("u" if "i" in on else "")
            return f"(?{on}{minus}{off}{rest[end]}"
        self.at += 1
        return "("

    def _escape(self, inside: bool) -> str:
        if self.at + 1 >= len(self.text):
            raise Refused("trailing \\", "pattern")
        sign = self.text[self.at + 1]
        self.at += 2
        if sign == "s":
            return _SPACE if inside else f"[{_SPACE}]"
        if sign == "S":
            if inside:
                return "[^\\t\\n\\f\\r ]"
            return f"[^{_SPACE}]"
        if sign in "dDwW":
            return "\\" + sign
        if sign in "bB" and not inside:
            word = "[0-9A-Za-z_]"
            edge = f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
            return edge if sign == "b" else f"(?!{edge})"
        if sign in "pP":
            return self._property(sign)
        if sign == "z" and not inside:
            return "\\z"
        if sign == "A" and not inside:
            return "\\A"
        if sign == "C":
            raise Refused("\\C is not known to Spark", "pattern")
        if sign == "Q" and not inside:
            end = self.text.find("\\E", self.at)
            body = self.text[self.at : end if end >= 0 else len(self.text)]
            self.at = len(self.text) if end < 0 else end + 2
            return "".join(_plain(one) for one in body)
        if sign == "x":
            rest = self.text[self.at :]
            if rest.startswith("{"):
                end = rest.index("}") if "}" in rest else 0
                self.at += end + 1
                return f"\\x{{{rest[1:end]}}}"
            self.at += 2
            return f"\\x{rest[:2]}"
        if sign in "01234567":
            digits = sign
            while len(digits) < 3 and self.at < len(self.text) and self.text[self.at] in "01234567":
                digits += self.text[self.at]
                self.at += 1
            if sign != "0" and len(digits) == 1:
                raise Refused(f"invalid escape sequence: \\{sign}", "pattern")
            return "\\0" + digits.lstrip("0").rjust(1, "0")
        if sign in "afnrtv":
            return {"a": "\\x07", "f": "\\f", "n": "\\n", "r": "\\r", "t": "\\t", "v": "\\x0b"}[sign]
        if sign.isalnum() and ord(sign) < 128:
            raise Refused(f"invalid escape sequence: \\{sign}", "pattern")
        return _plain(sign)

    def _property(self, sign: str) -> str:
        rest = self.text[self.at :]
        if rest.startswith("{"):
            end = rest.index("}") if "}" in rest else 0
            name = rest[1:end]
            self.at += end + 1
        else:
            name = rest[:1]
            self.at += 1
        if name.startswith("^"):
            sign = "P" if sign == "p" else "p"
            name = name[1:]
        if name == "Any":
            return "[\\x{0}-\\x{10FFFF}]" if sign == "p" else "[^\\x{0}-\\x{10FFFF}]"
        if name[:1] in _CATEGORY_LETTERS and len(name) <= 2:
            return f"\\{sign}{{{name}}}"
        return f"\\{sign}{{Is{name}}}"

    def _class(self) -> str:
        self.at += 1
        parts = ["["]
        if self.at < len(self.text) and self.text[self.at] == "^":
            parts.append("^")
            self.at += 1
        first = True
        while True:
            if self.at >= len(self.text):
                raise Refused("missing ]", "pattern")
            sign = self.text[self.at]
            if sign == "]" and not first:
                self.at += 1
                return "".join(parts) + "]"
            first = False
            if self.text.startswith("[:", self.at) and ":]" in self.text[self.at :]:
                end = self.text.index(":]", self.at)
                name = self.text[self.at + 2 : end]
                no = name.startswith("^")
                if name.lstrip("^") not in _NAMED:
                    raise Refused(f"invalid character class: [:{name}:]", "pattern")
                body = _NAMED[name.lstrip("^")]
                parts.append(f"[^{body}]" if no else body)
                self.at = end + 2
            elif sign == "\\":
                parts.append(self._escape(True))
            else:
                self.at += 1
                # In Java a bracket within a class begins another one, and && is an intersection.
                parts.append("\\" + sign if sign in "[&]^" else sign)


def _plain(sign: str) -> str:
    return "\\" + sign if not sign.isalnum() and ord(sign) < 128 and not sign.isspace() and sign != "\0" else sign


def replacement(text: str) -> str:
    """The text of a replacement: `\\1` of RE2 is `$1` of Java."""
    out = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            following = text[at + 1]
            out.append("$" + following if following.isdigit() else "\\\\" if following == "\\" else following)
            at += 2
        else:
            out.append("\\$" if text[at] == "$" else "\\\\" if text[at] == "\\" else text[at])
            at += 1
    return "".join(out)
