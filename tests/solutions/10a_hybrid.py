# %% solution
def px_across(layers):
    seen, apart = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * apart
        apart *= stride
    return seen

# %% wrong: a layer's own stride widens its own view
def px_across(layers):
    seen, apart = 1, 1
    for kernel, stride in layers:
        apart *= stride
        seen += (kernel - 1) * apart
    return seen

# %% wrong: strides are forgotten
def px_across(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)

# %% wrong: only the stride of the layer before counts
def px_across(layers):
    strides = [1, *(stride for _, stride in layers)]
    return 1 + sum((kernel - 1) * before for (kernel, _), before in zip(layers, strides))
