# %% solution
def read_again(read, what, tries=3):
    for _ in range(tries + 1):
        try: return read()
        except (ConnectionError, TimeoutError) as error: last = error
    raise Fault(f"{what} could not be read in {tries + 1} tries: {last}; see that the disk is there") from last

# %% wrong: every OSError is tried again, also a full disk or a missing file
def read_again(read, what, tries=3):
    for _ in range(tries + 1):
        try: return read()
        except OSError as error: last = error
    raise Fault(f"{what} could not be read in {tries + 1} tries: {last}") from last

# %% wrong: Ctrl-C is taken for a fault
def read_again(read, what, tries=3):
    last = None
    for _ in range(tries + 1):
        try: return read()
        except BaseException as error:
            if isinstance(error, OSError) and not isinstance(error, (ConnectionError, TimeoutError)): raise
            last = error
    raise Fault(f"{what} could not be read in {tries + 1} tries: {last}") from last

# %% wrong: nothing found is taken for nothing read
def read_again(read, what, tries=3):
    for _ in range(tries + 1):
        try:
            if found := read(): return found
        except (ConnectionError, TimeoutError): continue
