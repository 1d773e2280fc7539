# %% solution
def count_parameters(config):
    d, m = config.width, config.mlp_width
    embedding = config.channels * config.patch_size**2 * d + d
    attention, mlp = 4 * d * d + 4 * d, 2 * d * m + m + d
    return embedding + d + config.depth * (attention + mlp + 4 * d) + 2 * d

# %% wrong: no biases
def count_parameters(config):
    d = config.width
    return config.channels * config.patch_size**2 * d + d + config.depth * (4 * d * d + 2 * d * config.mlp_width) + 2 * d
