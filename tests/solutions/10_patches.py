# %% solution
def as_kernel(weight, p):
    return rearrange(weight, "d (p1 p2 c) -> d c p1 p2", p1=p, p2=p)

# %% wrong: the colours taken for the slowest axis
def as_kernel(weight, p):
    return weight.reshape(len(weight), -1, p, p)

# %% wrong: rows and columns swapped
def as_kernel(weight, p):
    return rearrange(weight, "d (p1 p2 c) -> d c p2 p1", p1=p, p2=p)
