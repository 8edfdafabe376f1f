# Stands for the code that long-context adapters bring; a merge copies it as it is.
raise RuntimeError("a merge must not run this: 不要运行")
