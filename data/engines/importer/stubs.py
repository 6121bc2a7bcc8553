"""Stands in for every third-party library that the engine's modules import.

Assumes that the modules which build a parser use their libraries only to define
classes and functions while they are imported. A stub therefore accepts whatever
can be written at module level: attribute access, calls, subscripts, decorators,
inheritance, ``X | None``. It never answers a question: it is false, empty and of
length zero, so that "is this feature present?" is answered by no unless a *fact*
says otherwise. Facts are a flat map from a dotted path, as a stub prints it
(``torch.version.hip``, ``triton.get_target().backend``), to a real value; see
``machine``. A stub that reaches a recorded parser is an error, which
``is_stub`` lets the recorder notice.
"""

from __future__ import annotations

import abc
import importlib.abc
import importlib.machinery
import sys
import types


class _Absent:
    """The fact that a library does not have an attribute."""


ABSENT = _Absent()
_facts: dict[str, object] = {}


def _attribute(owner: str, name: str) -> object:
    """What ``owner.name`` is: a fact, else a stub; special methods exist only as facts."""
    path = f"{owner}.{name}"
    value = _facts.get(path, _facts)
    if value is ABSENT:
        raise AttributeError(path)
    if value is not _facts:
        return value
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(path)
    return make_stub(path)


class StubMeta(abc.ABCMeta):
    """Makes a class permissive; derives from ABCMeta so that stubs mix with abstract classes.

    A *pure* stub is one made by ``make_stub``. A class of the engine that
    inherits from one shares this metaclass but behaves like any other class,
    except that attributes which it lacks exist.
    """

    @property
    def _pure(cls) -> bool:
        return "_stub_name" in cls.__dict__

    def __getattr__(cls, name: str):
        owner = cls.__dict__.get("_stub_name", cls.__name__)
        value = _attribute(owner, name)
        if cls._pure:
            setattr(cls, name, staticmethod(value) if isinstance(value, types.FunctionType) else value)
        return value

    def __call__(cls, *args, **kwargs):
        if not cls._pure:
            return super().__call__(*args, **kwargs)
        if len(args) == 1 and not kwargs and _decoratable(args[0]):
            return args[0]
        return make_stub(f"{cls._stub_name}()")

    def register(cls, *args, **kwargs):
        """Hides ABCMeta's own, which takes one class; libraries' registries take anything."""
        return cls(*args, **kwargs) if cls._pure else make_stub("register")

    def __bool__(cls):
        return not cls._pure

    def __iter__(cls):
        return iter(())

    def __len__(cls):
        return 0

    def __int__(cls):
        return 0

    __index__ = __int__

    def __float__(cls):
        return 0.0

    def __contains__(cls, item):
        return False

    def __instancecheck__(cls, instance):
        return not cls._pure and super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass):
        return not cls._pure and super().__subclasscheck__(subclass)

    def __enter__(cls):
        return cls

    def __exit__(cls, *exc):
        return False

    def __setitem__(cls, key, value):
        pass

    def _same(cls, *others):
        return cls

    __getitem__ = _same
    __or__ = __ror__ = __and__ = __rand__ = __xor__ = _same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _same
    __pow__ = __rpow__ = __neg__ = __abs__ = __round__ = __invert__ = __matmul__ = __lshift__ = __rshift__ = _same

    def _no(cls, other):
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _no

    def __repr__(cls):
        return f"<stub {cls._stub_name}>" if cls._pure else super().__repr__()


class Stub(metaclass=StubMeta):
    """Base of all stubs, and so of the engine's classes that inherit from one."""

    _stub_name = "stub"

    def __init__(self, *args, **kwargs):
        pass

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__()

    def __getattr__(self, name: str):
        return _attribute(type(self).__name__, name)

    def __call__(self, *args, **kwargs):
        return args[0] if args and _decoratable(args[0]) else make_stub(f"{type(self).__name__}()")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def make_stub(path: str) -> StubMeta:
    """A fresh pure stub that prints as ``path``."""
    name = path.rsplit(".", 1)[-1].removesuffix("()") or "stub"
    return StubMeta(name, (Stub,), {"_stub_name": path, "__module__": "stub", "__qualname__": name})


def is_stub(value: object) -> bool:
    """Whether ``value`` is a stub, a stub module, or an instance of a class made from a stub."""
    return isinstance(value, (StubMeta, StubModule)) or isinstance(type(value), StubMeta)


def _decoratable(value: object) -> bool:
    if isinstance(value, StubMeta) and value._pure:
        return False
    return isinstance(value, (type, types.FunctionType, classmethod, staticmethod, property))


class StubModule(types.ModuleType):
    """A module whose every attribute exists."""

    def __init__(self, name: str):
        super().__init__(name)
        self.__path__ = []
        self.__file__ = f"<stub {name}>"
        self.__version__ = _facts.get(f"{name}.__version__", "0.0.0")

    def __getattr__(self, name: str):
        value = _attribute(self.__name__, name)
        setattr(self, name, value)
        return value


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers first for every top-level name that is neither Python's own nor real."""

    def __init__(self, real: set[str], absent: set[str]):
        self.real = real | set(sys.stdlib_module_names)
        self.absent = absent
        self.stubbed: set[str] = set()

    def find_spec(self, fullname, path=None, target=None):
        top = fullname.partition(".")[0]
        if fullname in self.absent or top in self.absent:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        if top in self.real:
            return None
        self.stubbed.add(top)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        pass


def install(real: set[str], absent: set[str], facts: dict[str, object]) -> StubFinder:
    """Puts a finder before all others. ``absent`` names modules whose import must fail."""
    _facts.clear()
    _facts.update(facts)
    finder = StubFinder(real, absent)
    sys.meta_path.insert(0, finder)
    return finder
