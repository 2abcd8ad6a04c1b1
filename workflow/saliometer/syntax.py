"""The digest of Python code by what it does: layout, comments and words for people change nothing.

Words are docstrings, descriptions and help of settings and options, the messages of exceptions, and what is
printed, warned of or logged; also what nothing but such a message uses. A text that may end in a product
stays: one that is returned, stored or compared.
"""

import ast
import hashlib
from typing import NamedTuple

# Exceptions that tell a person something and carry nothing else. Others may hold what a product stores.
TELLING = {"UserError", "DamagedError", "ValueError", "TypeError", "RuntimeError", "FileNotFoundError"}
PRINTING = {"print", "warnings.warn", "sys.exit", "stderr.write", "parser.error"}
LOGGERS = {"logger", "logging"}
TERMINAL = {"sys.stderr", "sys.stdout", "stream"}  # where a text is printed that no product holds
# Calls that declare a setting or an option of a command, and those of their arguments that only help.
DECLARING = {"Field", "ArgumentParser", "add_argument", "add_parser"}
HELPING = {"description", "help", "epilog", "title"}
# What a method or a metric is called: constants of its module, and arguments of its declaration.
LABELS = {"LABEL", "ABOUT"}
SPECS = {"MethodSpec", "MetricSpec", "replace"}
LABELLING = {"label", "meaning"}


class Digests(NamedTuple):
    """The digests of a module: for jobs that show the labels of methods and metrics, and for all others."""

    with_labels: str
    without_labels: str


def digests_of_tree(tree: ast.Module) -> Digests:
    """Return the digests of a syntax tree written out again; takes the words out of the tree itself."""
    # In the tree itself and in few walks: copies take longer than all the rest, and a plan reads all modules.
    for node in list(ast.walk(tree)):
        _take_words_out(node)
    names = _drop_what_only_words_use(tree)
    with_labels = _digest(tree)
    return Digests(with_labels, _digest(tree) if _take_labels_out(tree, names) else with_labels)


def digest_of_file(tree: ast.Module) -> str:
    """Return the digest of a user's own file: layout, comments and docstrings alone are left out.

    Anything may be done with a text there, so that none is taken for mere words. It changes the tree.
    """
    for node in list(ast.walk(tree)):
        _take_docstring_out(node)
    return _digest(tree)


def _digest(tree: ast.Module) -> str:
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


def _take_docstring_out(node: ast.AST) -> None:
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if documented and ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]


def _take_words_out(node: ast.AST) -> None:
    """Take out a docstring, the message of an exception, help, or what is printed."""
    _take_docstring_out(node)
    if isinstance(node, ast.Raise):
        if isinstance(node.exc, ast.Call) and _name_of(node.exc.func) in TELLING:
            node.exc.args, node.exc.keywords = [], []
    elif isinstance(node, ast.Call) and node.keywords and _name_of(node.func) in DECLARING:
        node.keywords = [keyword for keyword in node.keywords if keyword.arg not in HELPING]
    elif isinstance(node, ast.Call) and _is_printed(node):
        _blank(node)


def _take_labels_out(tree: ast.Module, names: set[str]) -> bool:
    """Take the labels out of a module that reads these names; return whether there were any."""
    kept = [statement for statement in tree.body if not _is_label(statement)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if names & SPECS else []
    specs = [call for call in calls if _name_of(call.func) in SPECS]
    any_labels = bool(specs) or kept != tree.body
    tree.body = kept
    for call in specs:
        call.keywords = [keyword for keyword in call.keywords if keyword.arg not in LABELLING]
    return any_labels


def _is_label(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id in LABELS for target in targets)


def _name_of(expression: ast.expr | None) -> str:
    """Return the last part of a dotted name; "" for what has none."""
    return getattr(expression, "attr", getattr(expression, "id", ""))


def _is_printed(call: ast.Call) -> bool:
    """Tell a call whose texts end on a terminal or in a log."""
    name, of = _name_of(call.func), _name_of(getattr(call.func, "value", None))
    if not (name in PRINTING if not of else of in LOGGERS or f"{of}.{name}" in PRINTING):
        return False
    return {ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "file"} <= TERMINAL


def _blank(node: ast.AST) -> None:
    """Blank the texts in a node, and count its names for no use of what they name."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            part.value = ""
        elif isinstance(part, ast.Name):
            part.ctx = ast.Del()  # neither read nor written


def _drop_what_only_words_use(tree: ast.Module) -> set[str]:
    """Drop private functions, and the texts of variables, that nothing but a text that is only told uses.

    Returns the names that are read for more.
    """
    read = {number: _names_read(statement) for number, statement in enumerate(tree.body)}
    while True:
        used = set().union(*read.values())
        unused = [number for number in read if _private_name(tree.body[number]) not in {"", *used}]
        if not unused:
            break
        for number in unused:
            del read[number]
    tree.body = [tree.body[number] for number in read]
    for statement in tree.body:
        for inner in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
            if isinstance(inner, ast.FunctionDef):
                _blank_what_is_unused(inner)
    return used


def _private_name(statement: ast.stmt) -> str:
    """Return the name of a private function; "" for any other statement."""
    is_function = isinstance(statement, ast.FunctionDef) and statement.name.startswith("_")
    return statement.name if is_function and not statement.decorator_list else ""


def _names_read(tree: ast.AST) -> set[str]:
    """Return the names that are read for more than a text that is only told."""
    nodes = ast.walk(tree)
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _blank_what_is_unused(function: ast.FunctionDef) -> None:
    """Blank the texts of a function's variables that nothing but words reads."""
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(function)):
        return  # another function may read them
    assigned = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
    ]
    while assigned:
        used = _names_read(function)
        unused = [node for node in assigned if not any(target.id in used for target in node.targets)]
        if not unused:
            break
        for node in unused:
            _blank(node.value)
            assigned.remove(node)
