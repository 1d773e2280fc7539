# %% solution
def pointing_near(heat, truth, away):
    near = F.max_pool2d(truth[None, None], 2 * away + 1, stride=1, padding=away)[0, 0]
    return near[heat == heat.max()].mean().item()

# %% wrong: the first of several hottest pixels stands for all
def pointing_near(heat, truth, away):
    y, x = divmod(int(heat.argmax()), heat.shape[1])
    return float(truth[max(0, y - away):y + away + 1, max(0, x - away):x + away + 1].max())

# %% wrong: the allowed pixels are counted on both sides together
def pointing_near(heat, truth, away):
    near = F.max_pool2d(truth[None, None], 2 * (away // 2) + 1, stride=1, padding=away // 2)[0, 0]
    return near[heat == heat.max()].mean().item()

# %% wrong: the heat is spread instead, and others become as hot
def pointing_near(heat, truth, away):
    spread = F.max_pool2d(heat[None, None], 2 * away + 1, stride=1, padding=away)[0, 0]
    return truth[spread == spread.max()].mean().item()
