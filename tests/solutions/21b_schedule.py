# %% solution
def share_left(lr, weight_decay, steps, warmup):
    return math.prod(1 - lr * lr_factor(step, steps, warmup) * weight_decay for step in range(steps))

# %% wrong: the highest rate in every step
def share_left(lr, weight_decay, steps, warmup):
    return (1 - lr * weight_decay) ** steps

# %% wrong: the decay without the rate
def share_left(lr, weight_decay, steps, warmup):
    return math.prod(1 - lr_factor(step, steps, warmup) * weight_decay for step in range(steps))

# %% wrong: each step takes its share of the weight at the start
def share_left(lr, weight_decay, steps, warmup):
    return 1 - sum(lr * lr_factor(step, steps, warmup) * weight_decay for step in range(steps))
