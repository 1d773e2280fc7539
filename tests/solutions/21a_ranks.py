# %% solution
def mean_gradient(gradients, images):
    parts = [x * count / sum(images) for x, count in zip(gradients, images) if x is not None]
    return sum(parts) if parts else None

# %% wrong: the plain mean, as if all had equally many images
def mean_gradient(gradients, images):
    given = [x for x in gradients if x is not None]
    return sum(given) / len(gradients) if given else None

# %% wrong: images without a gradient are not counted
def mean_gradient(gradients, images):
    given = [(x, count) for x, count in zip(gradients, images) if x is not None]
    return sum(x * count for x, count in given) / sum(count for _, count in given) if given else None

# %% wrong: an absent gradient is zero
def mean_gradient(gradients, images):
    shape = next((x.shape for x in gradients if x is not None), (2,))
    return sum((torch.zeros(shape) if x is None else x) * count / sum(images) for x, count in zip(gradients, images))
