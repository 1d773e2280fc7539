# %% solution
def balanced_loss(logits, labels):
    each = F.cross_entropy(logits, labels, reduction="none")
    return torch.stack([each[labels == label].mean() for label in labels.unique()]).mean()

# %% wrong: the plain mean
def balanced_loss(logits, labels):
    return F.cross_entropy(logits, labels)

# %% wrong: always divided by two classes
def balanced_loss(logits, labels):
    each = F.cross_entropy(logits, labels, reduction="none")
    return sum(each[labels == label].mean() for label in labels.unique()) / 2
