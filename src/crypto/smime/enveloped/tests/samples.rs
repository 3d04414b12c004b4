//! Messages of forms that the programs at hand do not write, made by `tests/samples/cms/odd.py`.
