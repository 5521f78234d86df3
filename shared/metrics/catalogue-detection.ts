// Catalogue entries of object detection: average precision, recall, and the counts at the operating point.
import type { MetricDescription } from './catalogue.ts'
import { countOf, entry, scoreUp, shareUp } from './catalogue-entry.ts'

const coco = 'T.-Y. Lin et al., Microsoft COCO, ECCV 2014; the detection evaluation of cocodataset.org'
const voc = 'M. Everingham et al., The Pascal Visual Object Classes Challenge: A Retrospective, IJCV 2015'
const matching = 'Boxes match by falling score to the free true box of their class with the highest overlap; equal scores keep their order; at most 100 boxes a picture and class; pixels are continuous; crowd regions count neither way.'
const sliced = ' In the slices by size only true boxes below 32², up to 96² and above 96² square pixels count.'
const drawnAgain = ' The interval is Student’s on the logit scale: its error comes from leaving out pictures (one by one, beyond 50 in groups), its centre is the value less the amount by which the envelope follows chance, taken from 400 drawn sets of pictures (fewer for very many boxes). With fewer than ten boxes missed it also covers Wilson’s interval of the boxes.'
const few = 'A class with few true boxes moves it a lot, and boxes with low scores count too: it does not say how the model does at the score that is used.'

const mapEntry = (id: string, name: string, overlap: string) => entry(id, scoreUp, {
  name, definition: `The mean over classes of the average precision at an overlap (IoU) of ${overlap}.`, formula: 'mean over classes of AP',
  conventions: `${matching} AP is the mean of the precision envelope at 101 recall points. Classes without a true box are left out.${sliced}${drawnAgain}`, pitfalls: few, source: coco,
})
const apEntry = (id: string, name: string, overlap: string) => entry(id, scoreUp, {
  name, definition: `The average precision of one class at an overlap (IoU) of ${overlap}.`, formula: 'mean over recall 0, 0.01 … 1 of the best precision at that recall or higher',
  conventions: `${matching} Not available for a class without a true box.${drawnAgain}`, pitfalls: few, source: coco,
})
const point = 'Boxes with at least the chosen score count; a match needs an overlap of 0.5 and the right class; crowd regions count neither way.'
const moves = 'It depends on the chosen score: raising the score trades recall for precision.'

export const detectionIds = /^(n_truth|n_detections|average_recall|voc_map50|map50|map75|map50_95|detection\.\w+)$/
export const detectionClassIds = /^(n_truth|ap50|ap75|ap50_95|voc_ap50)$/

export const detectionEntries: readonly MetricDescription[] = [
  mapEntry('map50_95', 'mAP 50–95', '0.50 to 0.95 in steps of 0.05, averaged'), mapEntry('map50', 'mAP 50', '0.5'), mapEntry('map75', 'mAP 75', '0.75'),
  entry('voc_map50', scoreUp, {
    name: 'VOC mAP 50', definition: 'The mean over classes of the area under the precision envelope at an overlap (IoU) of 0.5.', formula: 'mean over classes of Σ (rᵢ − rᵢ₋₁) · best precision at recall ≥ rᵢ',
    conventions: `${matching} All recall points count; classes without a true box are left out.${sliced}`, pitfalls: few, source: voc,
  }),
  entry('average_recall', scoreUp, {
    name: 'Average recall', definition: 'The share of true boxes that any predicted box finds, averaged over overlaps from 0.50 to 0.95 and over classes.', formula: 'mean over classes and IoU of found ÷ true boxes',
    conventions: `${matching} Every score counts; classes without a true box are left out.${sliced}`, pitfalls: 'It says nothing about wrong boxes: a model that covers the picture with boxes scores high.', source: coco,
  }),
  entry('detection.precision', shareUp, { name: 'Box precision', definition: 'The share of predicted boxes that are right at the chosen score.', formula: 'tp ÷ (tp + fp)', conventions: `${point} The interval is Wilson’s at 95 %.`, pitfalls: moves, source: 'Definition' }),
  entry('detection.recall', shareUp, { name: 'Box recall', definition: 'The share of true boxes that were found at the chosen score.', formula: 'tp ÷ (tp + fn)', conventions: `${point} The interval is Wilson’s at 95 %.`, pitfalls: moves, source: 'Definition' }),
  entry('detection.f1', scoreUp, { name: 'Box F1', definition: 'The harmonic mean of box precision and box recall at the chosen score.', formula: '2·tp ÷ (2·tp + fp + fn)', conventions: point, pitfalls: moves, source: 'C. J. van Rijsbergen, Information Retrieval, 1979' }),
  entry('detection.tp', countOf, { name: 'Boxes found', definition: 'The number of predicted boxes that are right at the chosen score.', formula: 'tp', conventions: point, pitfalls: moves, source: 'Definition' }),
  entry('detection.fp', countOf, { name: 'Wrong boxes', definition: 'The number of predicted boxes that match no true box at the chosen score.', formula: 'fp', conventions: `${point} A second box on a found object is wrong too.`, pitfalls: 'Objects that the annotation forgot make right boxes count as wrong.', source: 'Definition' }),
  entry('detection.fn', countOf, { name: 'Boxes missed', definition: 'The number of true boxes that no predicted box found at the chosen score.', formula: 'fn', conventions: point, pitfalls: moves, source: 'Definition' }),
  entry('detection.mean_iou', scoreUp, { name: 'Overlap of found boxes', definition: 'The mean overlap (IoU) of the boxes that were found with their true boxes.', formula: 'mean of intersection ÷ union', conventions: `${point} Not available when nothing was found.`, pitfalls: 'Only matches count, so it never falls below 0.5.', source: 'P. Jaccard, 1901' }),
  entry('n_truth', countOf, { name: 'True boxes', definition: 'The number of true boxes in the scored pictures.', formula: 'n', conventions: 'Crowd regions are in it.', pitfalls: 'Few boxes make every other number uncertain.', source: 'Definition' }),
  entry('n_detections', countOf, { name: 'Predicted boxes', definition: 'The number of predicted boxes over all pictures and scores.', formula: 'n', conventions: 'After suppression, the lowest score and the largest number a picture of the binding.', pitfalls: 'Most of them may have low scores.', source: 'Definition' }),
  apEntry('ap50_95', 'AP 50–95', '0.50 to 0.95 in steps of 0.05, averaged'), apEntry('ap50', 'AP 50', '0.5'), apEntry('ap75', 'AP 75', '0.75'),
  entry('voc_ap50', scoreUp, {
    name: 'VOC AP 50', definition: 'The area under the precision envelope of one class at an overlap (IoU) of 0.5.', formula: 'Σ (rᵢ − rᵢ₋₁) · best precision at recall ≥ rᵢ',
    conventions: `${matching} All recall points count.`, pitfalls: few, source: voc,
  }),
]
