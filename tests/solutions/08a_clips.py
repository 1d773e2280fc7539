# %% solution
def frames_decoded(wanted, keys):
    count, at = 0, -1
    for frame in wanted:
        start = max(at + 1, keys[bisect(keys, frame) - 1])
        count += frame - start + 1
        at = frame
    return count

# %% wrong: always from the keyframe, also where the decoder is nearer
def frames_decoded(wanted, keys):
    return sum(frame - keys[bisect(keys, frame) - 1] + 1 for frame in wanted)

# %% wrong: never jumps
def frames_decoded(wanted, keys):
    return wanted[-1] + 1 if wanted else 0

# %% wrong: from the nearest keyframe, even if it comes later
def frames_decoded(wanted, keys):
    return sum(min(abs(frame - key) for key in keys) + 1 for frame in wanted)
