"""Renders templates as Jinja itself does, with what Home Assistant adds to it (its docs, "Templating")."""

import json
import math
import sys

from jinja2 import Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

missing = object()


def given_or_raise(default, name, value):
    if default is missing:
        raise ValueError(f"{name} got invalid input {value!r}")
    return default


def forgiving_float(value, default=missing):
    try:
        return float(value)
    except (ValueError, TypeError):
        return given_or_raise(default, "float", value)


def forgiving_int(value, default=missing, base=10):
    if isinstance(value, str):
        try:
            return int(value, base=base)
        except ValueError:
            pass
    try:
        return int(float(value))
    except (ValueError, TypeError):
        return given_or_raise(default, "int", value)


def forgiving_round(value, precision=0, method="common", default=missing):
    try:
        factor = float(10**precision)
        if method == "ceil":
            value = math.ceil(float(value) * factor) / factor
        elif method == "floor":
            value = math.floor(float(value) * factor) / factor
        elif method == "half":
            value = round(float(value) * 2) / 2
        else:
            value = round(float(value), precision)
        return int(value) if precision == 0 else value
    except (ValueError, TypeError):
        return given_or_raise(default, "round", value)


def is_number(value):
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def iif(value, if_true=True, if_false=False, if_none=missing):
    if value is None and if_none is not missing:
        return if_none
    return if_true if bool(value) else if_false


def to_bool(value, default=missing):
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in ("1", "true", "yes", "on", "enable"):
        return True
    if text in ("0", "false", "no", "off", "disable"):
        return False
    return given_or_raise(default, "bool", value)


def is_defined(value):
    if isinstance(value, Undefined):
        raise ValueError("undefined")
    return value


def environment():
    env = ImmutableSandboxedEnvironment(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])
    both = {"float": forgiving_float, "int": forgiving_int, "iif": iif, "bool": to_bool, "is_number": is_number}
    env.filters.update(both)
    env.globals.update(both)
    env.filters.update(
        round=forgiving_round,
        multiply=lambda value, amount: float(value) * amount,
        add=lambda value, amount: float(value) + amount,
        bitwise_and=lambda value, other: value & other,
        bitwise_or=lambda value, other: value | other,
        from_json=json.loads,
        to_json=lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
        is_defined=is_defined,
    )
    env.globals.update(min=lambda *v: min(v[0] if len(v) == 1 else v), max=lambda *v: max(v[0] if len(v) == 1 else v))
    return env


def rendered(env, source, payload):
    variables = {"value": payload}
    try:
        variables["value_json"] = json.loads(payload)
    except ValueError:
        pass
    try:
        return env.from_string(source).render(**variables).strip()
    except Exception:
        return None


env = environment()
print(json.dumps([rendered(env, source, payload) for source, payload in json.load(sys.stdin)]))
