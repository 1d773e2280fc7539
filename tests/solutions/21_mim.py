# %% solution
def untaught(model, images, masked):
    model.zero_grad()
    model(images, masked=masked).loss.backward()
    return [name for name, x in model.encoder.named_parameters() if x.grad is None or not x.grad.any()]

# %% wrong: only missing gradients are noticed
def untaught(model, images, masked):
    model.zero_grad()
    model(images, masked=masked).loss.backward()
    return [name for name, x in model.encoder.named_parameters() if x.grad is None]

# %% wrong: the loss counts visible patches too
def untaught(model, images, masked):
    model.zero_grad()
    (model(images, masked=masked).pred - patchify(images, model.p)).square().mean().backward()
    return [name for name, x in model.encoder.named_parameters() if x.grad is None or not x.grad.any()]
