"""Arithmetic in names, such as `examplesPerArchetype*datasetQuality^2` for a rescaled axis."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .diagram import Array, DiagramError

OPERATORS: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow}
STRENGTH = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.Pow: 4}
NEGATION, ATOM = 3, 5
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@dataclass(frozen=True)
class Expression:
    """Sums, products and powers (`^` or `**`) of numbers and names; nothing else is understood, or executed."""

    text: str
    tree: ast.expr

    @staticmethod
    def parsed(text: str) -> Expression:
        """Raises `DiagramError` for anything that is not arithmetic."""
        try:
            tree = ast.parse(text.replace("^", "**").strip(), mode="eval").body
        except SyntaxError as error:
            raise DiagramError(f"'{text}' is not arithmetic in names") from error
        for node in ast.walk(tree):
            if not _is_understood(node):
                raise DiagramError(f"'{text}' is not arithmetic in names")
        return Expression(text, tree)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, in the order of the text."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        return tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda node: node.col_offset)))

    @property
    def is_name(self) -> bool:
        return isinstance(self.tree, ast.Name)

    def value(self, parameters: Mapping[str, Array | float]) -> Array:
        """Its value where every name has one; raises `DiagramError` for a name that has none, or a word."""
        return np.asarray(_value(self.tree, parameters), dtype=float)

    def label(self, symbols: Mapping[str, str]) -> str:
        """The formula as mathematical text of matplotlib, in the symbols of the parameters (else their names)."""
        return f"${_formula(self.tree, symbols)[0]}$"


def _is_understood(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub)
    return isinstance(node, (ast.BinOp, ast.Name, ast.Load, ast.USub, *OPERATORS))


def _value(node: ast.expr, parameters: Mapping[str, Array | float]) -> Array | float:
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, parameters)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, parameters), _value(node.right, parameters))
    if node.id not in parameters:
        raise DiagramError(f"'{node.id}' has no value here")
    value = parameters[node.id]
    if isinstance(value, str):
        raise DiagramError(f"'{node.id}' is '{value}', not a number")
    return value


def _formula(node: ast.expr, symbols: Mapping[str, str]) -> tuple[str, int]:
    """The text of a part and how strongly it holds together."""
    if isinstance(node, ast.Constant):
        return f"{node.value:g}", ATOM
    if isinstance(node, ast.Name):
        return mathematical(symbols.get(node.id, node.id)), ATOM
    if isinstance(node, ast.UnaryOp):
        return f"-{_bracketed(node.operand, symbols, NEGATION)}", NEGATION
    strength = STRENGTH[type(node.op)]
    if isinstance(node.op, ast.Pow):
        # The exponent stands raised and needs no brackets.
        return f"{_bracketed(node.left, symbols, ATOM)}^{{{_formula(node.right, symbols)[0]}}}", strength
    left = _bracketed(node.left, symbols, strength)
    right = _bracketed(node.right, symbols, strength + isinstance(node.op, (ast.Sub, ast.Div)))
    between = {ast.Add: " + ", ast.Sub: " - ", ast.Mult: r"\,", ast.Div: " / "}[type(node.op)]
    return f"{left}{between}{right}", strength


def _bracketed(node: ast.expr, symbols: Mapping[str, str], least: int) -> str:
    text, strength = _formula(node, symbols)
    return text if strength >= least else f"({text})"


def mathematical(symbol: str) -> str:
    """A symbol inside mathematical text: one letter in italics, with a number below it if one follows, else upright.

    A symbol that raises or lowers parts of it itself, such as `E_g(t*)`, is typeset so, with words among them upright.
    """
    if len(symbol) == 1:
        return symbol
    if "_" in symbol or "^" in symbol:
        text = symbol.replace("²", "^{2}").replace(" ", r"\,")
        return re.sub(r"(?<=[_^])(\{?)([^\W\d_]{2,})", lambda m: _raised(m[2], bool(m[1])), text).replace("*", "{*}")
    symbol = symbol.translate(SUBSCRIPTS)
    if symbol[0].isalpha() and symbol[1:].isdigit():
        return f"{symbol[0]}_{{{symbol[1:]}}}"
    return rf"\mathrm{{{symbol}}}"


def _raised(word: str, is_bracketed: bool) -> str:
    return rf"{{\mathrm{{{word}}}" if is_bracketed else rf"{{\mathrm{{{word}}}}}"
