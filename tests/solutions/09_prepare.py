# %% solution
def cut_masks(frames, crops):
    picture = {frame.number: frame.image for frame in frames}
    cut = {crop.frame: crop_square(picture[crop.frame], crop.square) for crop in crops}
    return {crop.frame: F.resize(cut[crop.frame], list(crop.image.shape[1:]))[0] > 127 for crop in crops}

# %% wrong: frames and crops are paired in turn, though some frames have no crop
def cut_masks(frames, crops):
    return {crop.frame: F.resize(crop_square(frame.image, crop.square), list(crop.image.shape[1:]))[0] > 127
            for frame, crop in zip(frames, crops)}

# %% wrong: whatever is not quite black is forged
def cut_masks(frames, crops):
    picture = {frame.number: frame.image for frame in frames}
    cut = {crop.frame: crop_square(picture[crop.frame], crop.square) for crop in crops}
    return {crop.frame: F.resize(cut[crop.frame], list(crop.image.shape[1:]))[0] > 0 for crop in crops}

# %% wrong: the whole frame, not the square
def cut_masks(frames, crops):
    picture = {frame.number: frame.image for frame in frames}
    return {crop.frame: F.resize(picture[crop.frame], list(crop.image.shape[1:]))[0] > 127 for crop in crops}
