# %% solution
def worst_stretch(p, frames=8):
    frames = min(frames, len(p))
    return max(float(p[i:i + frames].mean()) for i in range(len(p) - frames + 1))

# %% wrong: the film is cut into pieces
def worst_stretch(p, frames=8):
    return max(float(p[i:i + frames].mean()) for i in range(0, len(p), frames))

# %% wrong: the highest frames, wherever they are
def worst_stretch(p, frames=8):
    return float(np.sort(p)[-frames:].mean())

# %% wrong: a short film is filled up with zeros
def worst_stretch(p, frames=8):
    return float(np.convolve(p, np.ones(frames) / frames, "same").max())

# %% wrong: the last stretch is forgotten
def worst_stretch(p, frames=8):
    return max((float(p[i:i + frames].mean()) for i in range(len(p) - frames)), default=float(p.mean()))
