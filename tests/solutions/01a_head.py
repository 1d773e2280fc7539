# %% solution
def light_of(height, bright, px):
    dy, dx = torch.gradient(height, spacing=px)
    normal = torch.stack([-dx, -dy, torch.ones_like(dx)], -1) * torch.rsqrt(1 + dx * dx + dy * dy)[..., None]
    lit = bright > 0
    x, y, z = torch.linalg.lstsq(normal[lit], bright[lit][:, None]).solution.flatten().tolist()
    return x / z, y / z

# %% wrong: the dark side counts as well
def light_of(height, bright, px):
    dy, dx = torch.gradient(height, spacing=px)
    normal = torch.stack([-dx, -dy, torch.ones_like(dx)], -1) * torch.rsqrt(1 + dx * dx + dy * dy)[..., None]
    x, y, z = torch.linalg.lstsq(normal.flatten(0, 1), bright.flatten()[:, None]).solution.flatten().tolist()
    return x / z, y / z

# %% wrong: slopes per pixel
def light_of(height, bright, px):
    dy, dx = torch.gradient(height)
    normal = torch.stack([-dx, -dy, torch.ones_like(dx)], -1) * torch.rsqrt(1 + dx * dx + dy * dy)[..., None]
    lit = bright > 0
    x, y, z = torch.linalg.lstsq(normal[lit], bright[lit][:, None]).solution.flatten().tolist()
    return x / z, y / z

# %% wrong: where the light goes, not where it comes from
def light_of(height, bright, px):
    dy, dx = torch.gradient(height, spacing=px)
    normal = torch.stack([dx, dy, torch.ones_like(dx)], -1) * torch.rsqrt(1 + dx * dx + dy * dy)[..., None]
    lit = bright > 0
    x, y, z = torch.linalg.lstsq(normal[lit], bright[lit][:, None]).solution.flatten().tolist()
    return x / z, y / z
