# %% solution
def hirescam(tokens, gradient):
    return (tokens * gradient).sum(dim=2).relu()

# %% wrong: the gradient is averaged first, as in Grad-CAM
def hirescam(tokens, gradient):
    return (tokens * gradient.mean(dim=1, keepdim=True)).sum(dim=2).relu()

# %% wrong: not cut at zero
def hirescam(tokens, gradient):
    return (tokens * gradient).sum(dim=2)
