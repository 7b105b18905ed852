"""What the style checks share: the tree's files, and C text taken apart without a compiler."""

import pathlib
import re
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"
PUBLIC = ROOT / "include" / "twin"

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)


def lib_files(*suffixes: str) -> list[pathlib.Path]:
    """Files of the library, relative to lib/, sorted."""
    found = (p for p in LIB.rglob("*") if p.suffix in suffixes)
    return sorted(p.relative_to(LIB) for p in found)


def split_comments(text: str) -> tuple[str, str]:
    """Gives (code, comments): both keep every line break, strings in the code become empty."""

    def blank(token: str) -> str:
        return re.sub(r"[^\n]", "", token)

    def code(match: re.Match[str]) -> str:
        token = match[0]
        if token.startswith(("//", "/*")):
            return blank(token) or " "
        return token[0] * 2

    comments = []
    at = 0
    for match in _TOKEN.finditer(text):
        comments.append(blank(text[at : match.start()]))
        comments.append(match[0] if match[0].startswith(("//", "/*")) else blank(match[0]))
        at = match.end()
    comments.append(blank(text[at:]))
    return _TOKEN.sub(code, text), "".join(comments)


def without_directives(code: str) -> str:
    """Blanks preprocessor lines with their continuations."""
    return re.sub(
        r"(?m)^[ \t]*#(?:[^\n\\]|\\.|\\\n)*",
        lambda match: "\n" * match[0].count("\n"),
        code,
    )


def count_arguments(head: str) -> int:
    """Counts the parameters of a function from its head; see the end for exceptions."""
    depth, n = 0, 1
    start: int | None = None
    for i, char in enumerate(head):
        if char == "(":
            depth += 1
            if depth == 1 and start is None:
                start = i + 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                inside = head[start:i].strip()
                if inside in ("", "void"):
                    return 0
                # where problems go is wiring, and a message with its values is one thing
                is_message = inside.endswith("...")
                return n - 2 * is_message - ("twin_problems *" in inside)
        elif char == "," and depth == 1:
            n += 1
    return 0


def functions(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Yields (name, first line, line count, parameter count) of every function body in C text."""
    code = without_directives(split_comments(text)[0])
    depth = statement = 0
    head_at: int | None = None
    for i, char in enumerate(code):
        if char == "{":
            if depth == 0:
                head = code[statement:i]
                if head.rstrip().endswith(")") and not re.search(r"=\s*\(", head):
                    head_at = statement + len(head) - len(head.lstrip())
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                if head_at is not None:
                    head = code[head_at:i].split("{", 1)[0]
                    name = re.search(r"(\w+)\s*\(", head)
                    first = code.count("\n", 0, head_at) + 1
                    last = code.count("\n", 0, i) + 1
                    yield name[1] if name else "?", first, last - first + 1, count_arguments(head)
                    head_at = None
                statement = i + 1
        elif char == ";" and depth == 0:
            statement = i + 1


def fail(problems: list[str], advice: str) -> None:
    """Prints what is wrong and ends with a failure, or says nothing."""
    for problem in problems:
        print(problem)
    if problems:
        raise SystemExit(f"{len(problems)} found. {advice}")
