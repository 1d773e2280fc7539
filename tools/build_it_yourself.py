"""Lessons with empty functions, to be written by the reader until the lesson's own tests pass: made anew in `yours/`.

Everything else is the lesson's, with its outputs: what the finished function shows. What lies in `yours/` already is left alone.
"""
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
YOURS = ROOT / "yours"
TO_WRITE = {  # lesson: what it exists to teach
    "03_forge": ("blend", "region_mask", "soften", "match_colour"),
    "10_patches": ("check_fits", "patchify", "unpatchify", "PatchEmbed.forward", "ConvStem.forward"),
    "11_positions": ("_sincos", "sincos_positions", "resize_positions"),
    "12_attention": ("Attention.forward", "Attention.attention_weights"),
    "13_vit": ("Mlp.forward", "Block.forward", "ViT.embed", "ViT.encode", "ViT.pool", "ViT.forward", "load_state"),
    "15_scores": ("choose_threshold", "fit_temperature"),
    "20_masking": ("_hide_highest", "gather_visible", "restore_tokens", "block_mask", "face_region_mask"),
    "21_mim": ("mim_loss", "Decoder.forward", "MIM._mae", "MIM._simmim"),
    "21b_schedule": ("lr_factor", "_layer", "param_groups"),
    "22_train": ("_step", "_record", "train"),
    "30_finetune": ("carry_over", "detection_loss", "keep_best"),
    "31_evaluate": ("calibration_error", "metrics", "resampled", "bootstrap"),
    "32a_abstain": ("certainty", "risk_coverage", "aurc", "choose_limit", "Familiar.distance", "Familiar.percentile"),
    "40_gradcam": ("token_grid", "GradCAM._keep", "GradCAM.__call__"),
    "41_attribution": ("rollout", "rollout_map", "gradient_attention", "gradient_input", "occlusion"),
    "42_localise": ("pointing", "energy", "matched_iou", "pixel_auc", "removal_curve", "area_under", "road", "agreement"),
}


def bodies(source: str) -> Iterator[tuple[str, int, int]]:
    "Functions and methods of a cell: name, first and last line of the body after the docstring, counted from 0."
    for node in ast.parse(source).body:
        prefix, inside = (f"{node.name}.", node.body) if isinstance(node, ast.ClassDef) else ("", [node])
        for function in inside:
            if not isinstance(function, ast.FunctionDef): continue
            body = function.body[ast.get_docstring(function) is not None:]
            if body: yield prefix + function.name, body[0].lineno - 1, function.end_lineno


def emptied(
    source: str,             # a code cell
    names: tuple[str, ...],  # as in `TO_WRITE`
) -> str:
    "The cell with those functions empty; what calls one is told its name."
    lines = source.split("\n")
    for name, first, last in reversed(list(bodies(source))):
        if name not in names: continue
        indent = re.match(r" *", lines[first]).group()
        lines[first:last] = [f'{indent}raise NotImplementedError("your turn: write {name}")']
    return "\n".join(lines)


def empty_lesson(lesson: str) -> nbformat.NotebookNode:
    "A lesson to be written. Exits where the lesson has no function of a name in `TO_WRITE`."
    nb, names = nbformat.read(ROOT / "nbs" / f"{lesson}.ipynb", as_version=4), TO_WRITE[lesson]
    exports = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.startswith("#| export")]
    if missing := set(names) - {name for cell in exports for name, *_ in bodies(cell.source)}:
        raise SystemExit(f"build_it_yourself: {lesson} exports no {', '.join(sorted(missing))}; mend TO_WRITE")
    for cell in exports: cell.source = emptied(cell.source, names)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((\w+)\.ipynb", lambda m: m[0] if m[1] in TO_WRITE else f"](../nbs/{m[1]}.ipynb", cell.source)
    listed = ", ".join(f"`{name}`" for name in names)
    note = (f"**Build it yourself.** In this copy of the lesson these are empty: {listed}. Run the cells from the top; the first that "
            "needs one of them stops and names it. Write it, run its cell, go on. The outputs are those of the finished lesson, "
            f"whose functions are in [nbs](../nbs/{lesson}.ipynb); earlier lessons are taken from the package, finished.")
    nb.cells.insert(2, nbformat.v4.new_markdown_cell(note, id="yours"))
    return nb


def main() -> None:
    "Write what is not there yet."
    YOURS.mkdir(exist_ok=True)
    for lesson in TO_WRITE:
        path = YOURS / f"{lesson}.ipynb"
        if not path.exists(): nbformat.write(empty_lesson(lesson), path)
        print(f"{path.relative_to(ROOT)}: {', '.join(TO_WRITE[lesson])}")
    print("a lesson that you want anew: remove it there, and run this again")


if __name__ == "__main__": main()
