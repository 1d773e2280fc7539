# %% solution
def move(code, by):
    sin_a, cos_a = code.chunk(2, dim=1)
    sin_b, cos_b = _sincos(torch.tensor([by]), code.shape[1]).chunk(2, dim=1)
    return torch.cat([sin_a * cos_b + cos_a * sin_b, cos_a * cos_b - sin_a * sin_b], dim=1)

# %% wrong: codes are added like numbers
def move(code, by):
    return code + _sincos(torch.tensor([by]), code.shape[1])

# %% wrong: turned the wrong way
def move(code, by):
    sin_a, cos_a = code.chunk(2, dim=1)
    sin_b, cos_b = _sincos(torch.tensor([by]), code.shape[1]).chunk(2, dim=1)
    return torch.cat([sin_a * cos_b - cos_a * sin_b, cos_a * cos_b + sin_a * sin_b], dim=1)
