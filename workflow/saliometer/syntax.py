"""The digest of Python code by what it does: comments, docstrings, quotes and layout change nothing."""

import ast
import hashlib


def digest_of_tree(tree: ast.Module) -> str:
    """Return the digest of a syntax tree written out again; takes the docstrings out of the tree."""
    # Docstrings are taken out of the tree itself: imports stay, and a copy takes longer than all the rest.
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]
