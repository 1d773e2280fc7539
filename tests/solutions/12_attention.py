# %% solution
def attention_without(q, k, v, absent):
    score = q @ k.mT / q.shape[-1] ** 0.5
    weights = score.masked_fill(absent, float("-inf")).softmax(dim=-1)
    return weights @ v, weights

# %% wrong: weights are zeroed after the softmax
def attention_without(q, k, v, absent):
    weights = (q @ k.mT / q.shape[-1] ** 0.5).softmax(dim=-1).masked_fill(absent, 0)
    return weights @ v, weights

# %% wrong: keys are zeroed, which is a score of 0 and not of none
def attention_without(q, k, v, absent):
    weights = (q @ k.masked_fill(absent[:, None], 0).mT / q.shape[-1] ** 0.5).softmax(dim=-1)
    return weights @ v, weights
