# %% solution
def move_part(image, points, region, right):
    alpha = soften(region_mask(points + torch.tensor([right, 0.0]), image.shape[-2:], region), border=4)
    return Forged(blend(image, image.roll(right, dims=2) / 255, alpha), alpha > 0, "move_part", region)

# %% wrong: the mask is where the part came from
def move_part(image, points, region, right):
    alpha = soften(region_mask(points + torch.tensor([right, 0.0]), image.shape[-2:], region), border=4)
    mask = region_mask(points, image.shape[-2:], region) > 0
    return Forged(blend(image, image.roll(right, dims=2) / 255, alpha), mask, "move_part", region)

# %% wrong: everything moves, not only the part
def move_part(image, points, region, right):
    mask = region_mask(points + torch.tensor([right, 0.0]), image.shape[-2:], region) > 0
    return Forged(image.roll(right, dims=2), mask, "move_part", region)
