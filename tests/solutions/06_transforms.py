# %% solution
def to_photo(points, size, transform):
    sides = torch.tensor([size[1], size[0]])
    if transform.resize == "whole": return points * sides / transform.size
    return sides / 2 + (points - transform.size / 2) * 7 / 8 * min(size) / transform.size  # from the centre, which stays

# %% wrong: one factor for both sides
def to_photo(points, size, transform):
    return points * min(size) / transform.size

# %% wrong: the border that was cut off is forgotten
def to_photo(points, size, transform):
    if transform.resize == "whole": return points * torch.tensor([size[1], size[0]]) / transform.size
    return points * 7 / 8 * min(size) / transform.size

# %% wrong: height and width swapped
def to_photo(points, size, transform):
    sides = torch.tensor(size)
    if transform.resize == "whole": return points * sides / transform.size
    return sides / 2 + (points - transform.size / 2) * 7 / 8 * min(size) / transform.size

# %% wrong: the centre is a square of the shorter side, all of it
def to_photo(points, size, transform):
    sides = torch.tensor([size[1], size[0]])
    if transform.resize == "whole": return points * sides / transform.size
    return sides / 2 + (points - transform.size / 2) * min(size) / transform.size
