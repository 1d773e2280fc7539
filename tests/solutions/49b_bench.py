# %% solution
def mirrored(picture):
    def turned(x): return None if x is None else x.flip(-1)
    points = picture.points
    if points is not None:
        points = points[[1, 0, 2, 4, 3]].clone()
        points[:, 0] = picture.image.shape[-1] - points[:, 0]
    return Picture(picture.name, turned(picture.image), turned(picture.mask), turned(picture.raw), points)

# %% wrong: left stays left
def mirrored(picture):
    def turned(x): return None if x is None else x.flip(-1)
    points = picture.points
    if points is not None: points = torch.stack([picture.image.shape[-1] - points[:, 0], points[:, 1]], 1)
    return Picture(picture.name, turned(picture.image), turned(picture.mask), turned(picture.raw), points)

# %% wrong: the mask stays where it was
def mirrored(picture):
    def turned(x): return None if x is None else x.flip(-1)
    points = picture.points
    if points is not None:
        points = points[[1, 0, 2, 4, 3]].clone()
        points[:, 0] = picture.image.shape[-1] - points[:, 0]
    return Picture(picture.name, turned(picture.image), picture.mask, turned(picture.raw), points)

# %% wrong: upside down as well
def mirrored(picture):
    def turned(x): return None if x is None else x.flip(-1)
    points = picture.points
    if points is not None: points = picture.image.shape[-1] - points[[1, 0, 2, 4, 3]]
    return Picture(picture.name, turned(picture.image), turned(picture.mask), turned(picture.raw), points)
