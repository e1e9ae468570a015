/** Methods that Python calls on its own when others compare, convert, store or look at an object. */
export const HOOKS = new Set(
  (
    "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __float__ __int__ __index__ __bool__ __array__ __array_ufunc__ " +
    "__array_function__ __reduce__ __reduce_ex__ __getstate__ __getattribute__ __getattr__ __setattr__ __del__ __format__ " +
    "__hash__ __instancecheck__ __class_getitem__ __radd__ __rsub__ __rmul__"
  ).split(" "),
);

/** Modules that others import for their own use, and that can be reached through them: `numpy.lib.npyio.os`. */
export const BORROWED: ReadonlySet<string> = new Set(
  "os sys posix codecs pathlib tempfile glob linecache tokenize pickle marshal runpy subprocess builtins ctypes socket importlib inspect gc shutil time datetime threading multiprocessing signal".split(
    " ",
  ),
);
