import { findMetric } from '../../../shared/stats/metrics/index.js'
import type { Sample } from '../../../shared/stats/sample.js'
import { binary, multiclass, regression, SCORE, TRUTH, weighted } from './fixtures.js'

/**
 * Values of scikit-learn 1.9.1, scipy 1.17.1 and numpy 2.4.6, by the call that is named beside each; without weights and
 * with `sample_weight`. Null where the library takes no weights.
 */
type Row = readonly [name: string, plain: number, weighted: number | null]

const WEIGHTS = [1, 2, 0.5, 1.5, 3, 0.25, 1, 1, 2, 4, 0.5, 1, 1.5, 2, 1, 0.75, 1, 2.5, 1, 3]

const BINARY: readonly Row[] = [
  ['accuracy', 0.8, 0.7622950819672131], // accuracy_score
  ['hamming', 0.2, 0.23770491803278687], // hamming_loss
  ['balanced_accuracy', 0.7916666666666667, 0.7562636165577342], // balanced_accuracy_score
  ['balanced_accuracy_adjusted', 0.5833333333333335, 0.5125272331154684], // balanced_accuracy_score(adjusted=True)
  ['precision', 0.75, 0.7450980392156863], // precision_score
  ['precision_macro', 0.7916666666666667, 0.7598729632698149], // precision_score(average='macro', zero_division=0)
  ['precision_weighted', 0.8, 0.7615684463579937], // precision_score(average='weighted', zero_division=0)
  ['precision_micro', 0.8, 0.7622950819672131], // precision_score(average='micro', zero_division=0)
  ['recall', 0.75, 0.7037037037037037], // recall_score
  ['recall_macro', 0.7916666666666667, 0.7562636165577342], // recall_score(average='macro', zero_division=0)
  ['recall_weighted', 0.8, 0.7622950819672131], // recall_score(average='weighted', zero_division=0)
  ['recall_micro', 0.8, 0.7622950819672131], // recall_score(average='micro', zero_division=0)
  ['f1', 0.75, 0.7238095238095238], // f1_score
  ['f1_macro', 0.7916666666666667, 0.757588215142172], // f1_score(average='macro', zero_division=0)
  ['f1_weighted', 0.8, 0.7614644584098529], // f1_score(average='weighted', zero_division=0)
  ['f1_micro', 0.8, 0.7622950819672131], // f1_score(average='micro', zero_division=0)
  ['jaccard', 0.6, 0.5671641791044776], // jaccard_score
  ['jaccard_macro', 0.6571428571428571, 0.6109630419331912], // jaccard_score(average='macro', zero_division=0)
  ['jaccard_weighted', 0.6685714285714285, 0.6159891409463223], // jaccard_score(average='weighted', zero_division=0)
  ['jaccard_micro', 0.6666666666666666, 0.6158940397350994], // jaccard_score(average='micro', zero_division=0)
  ['f2', 0.75, 0.7116104868913857], // fbeta_score(beta=2)
  ['f0.5_macro', 0.7916666666666667, 0.7588420542635659], // fbeta_score(beta=0.5, average='macro')
  ['specificity', 0.8333333333333334, 0.8088235294117647], // recall_score(pos_label=0)
  ['npv', 0.8333333333333334, 0.7746478873239436], // precision_score(pos_label=0)
  ['fpr', 0.16666666666666666, 0.19117647058823528], // confusion_matrix: fp / (fp + tn)
  ['fnr', 0.25, 0.2962962962962963], // confusion_matrix: fn / (fn + tp)
  ['fowlkes_mallows', 0.75, 0.7241051372683707], // sqrt(precision_score · recall_score)
  ['lr_plus', 4.5, 3.680911680911681], // class_likelihood_ratios
  ['lr_minus', 0.3, 0.36632996632996634], // class_likelihood_ratios
  ['prevalence_threshold', 0.3203772410170408, 0.34263352441407585], // (sqrt(tpr · fpr) − fpr) / (tpr − fpr)
  ['mcc', 0.5833333333333334, 0.5161239595798591], // matthews_corrcoef
  ['cohen_kappa', 0.5833333333333333, 0.5154752122706108], // cohen_kappa_score
  ['roc_auc', 0.8645833333333334, 0.8224400871459695], // roc_auc_score
  ['average_precision', 0.7857142857142857, 0.7862079399661098], // average_precision_score
  ['roc_auc_max_fpr_0.1', 0.6557017543859649, 0.6546458739441195], // roc_auc_score(max_fpr=0.1)
  ['roc_auc_max_fpr_0.4', 0.7998046875, 0.7317793436819173], // roc_auc_score(max_fpr=0.4)
  ['log_loss', 0.4597061770384682, 0.49982817947067326], // log_loss
  ['log_loss_float32', 0.4597061889593979, 0.49982819217330315], // log_loss of numpy.clip(p, 2**-23, 1 - 2**-23)
  ['brier', 0.15375, 0.17487704918032787], // brier_score_loss
  ['hinge', 0.6500000000000001, 0.6606557377049181], // hinge_loss(y, 2p − 1)
  ['ks', 0.625, 0.5441176470588236], // max |tpr − fpr| of roc_curve; plain: scipy ks_2samp
  ['recall_of:no', 0.8333333333333334, 0.8088235294117647], // recall_score(pos_label=0)
  ['f2_of:no', 0.8333333333333334, 0.8017492711370262], // fbeta_score(beta=2, pos_label=0)
  ['roc_auc_of:no', 0.8645833333333333, 0.8224400871459695], // roc_auc_score(1 − y, 1 − p)
  ['average_precision_of:no', 0.9081018518518518, 0.8760394182096715], // average_precision_score(1 − y, 1 − p)
  ['d2_log_loss', 0.3169417417660523, 0.27196949504096046], // d2_log_loss_score
  ['d2_brier', 0.3593750000000001, 0.29115740740740736], // d2_brier_score
  ['brier_uncertainty', 0.24, 0.2467078742273582], // numpy: r (1 − r) with r = average(y)
  ['overconfidence', 0.3333333333333333, 0.48], // numpy: average(gap > 0.5) where gap = p.max − p[y] > 0
  ['underconfidence', 0.1, 0.09836065573770492], // numpy: average(min / max > 0.95) of numpy.partition(−p, 1)[:2]
  ['pr_auc_interpolated', 0.8011175403013083, 0.7844375580017804], // scipy.integrate.quad of t / (t + fp(t))
]

const CLASS_TRUTH = [0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 0, 1, 2, 3, 3]
const CLASS_LABEL = [0, 1, 1, 1, 2, 2, 2, 0, 2, 3, 1, 0, 1, 2, 3, 2]
/** Tenths of the four classes, row by row. */
const CLASS_SCORES = '5221 3511 2611 1711 1342 2251 1171 4231 2242 1126 2422 6211 2521 2233 2224 1252'.replaceAll(
  ' ',
  '',
)

const MULTICLASS: readonly Row[] = [
  ['accuracy', 0.6875, 0.6847826086956522], // accuracy_score
  ['balanced_accuracy', 0.6791666666666667, 0.6696153846153845], // balanced_accuracy_score
  ['balanced_accuracy_adjusted', 0.5722222222222223, 0.5594871794871793], // balanced_accuracy_score(adjusted=True)
  ['mcc', 0.5861570643662157, 0.5808020884951083], // matthews_corrcoef
  ['cohen_kappa', 0.5767195767195767, 0.5729833546734955], // cohen_kappa_score
  ['cohen_kappa_linear', 0.6083916083916083, 0.6604808097849009], // cohen_kappa_score(weights='linear')
  ['cohen_kappa_quadratic', 0.6589147286821706, 0.7485461735287275], // cohen_kappa_score(weights='quadratic')
  ['precision_macro', 0.7333333333333333, 0.7083333333333334], // precision_score(average='macro', zero_division=0)
  ['precision_weighted', 0.7333333333333334, 0.7110507246376813], // precision_score(average='weighted', zero_division=0)
  ['precision_micro', 0.6875, 0.6847826086956522], // precision_score(average='micro', zero_division=0)
  ['precision_of:c2', 0.6666666666666666, 0.5833333333333334], // precision_score(labels=[2], average=None)
  ['recall_macro', 0.6791666666666667, 0.6696153846153845], // recall_score(average='macro', zero_division=0)
  ['recall_weighted', 0.6875, 0.6847826086956522], // recall_score(average='weighted', zero_division=0)
  ['recall_micro', 0.6875, 0.6847826086956522], // recall_score(average='micro', zero_division=0)
  ['recall_of:c2', 0.8, 0.84], // recall_score(labels=[2], average=None)
  ['f1_macro', 0.6818181818181818, 0.6772105126203487], // f1_score(average='macro', zero_division=0)
  ['f1_weighted', 0.6856060606060606, 0.6862847186867144], // f1_score(average='weighted', zero_division=0)
  ['f1_micro', 0.6875, 0.6847826086956522], // f1_score(average='micro', zero_division=0)
  ['f1_of:c2', 0.7272727272727273, 0.6885245901639344], // f1_score(labels=[2], average=None)
  ['jaccard_macro', 0.5178571428571428, 0.5284722222222222], // jaccard_score(average='macro', zero_division=0)
  ['jaccard_weighted', 0.5223214285714286, 0.5395229468599034], // jaccard_score(average='weighted', zero_division=0)
  ['jaccard_micro', 0.5238095238095238, 0.5206611570247934], // jaccard_score(average='micro', zero_division=0)
  ['jaccard_of:c2', 0.5714285714285714, 0.525], // jaccard_score(labels=[2], average=None)
  ['f2_macro', 0.6764346764346765, 0.6696457365841073], // fbeta_score(beta=2, average='macro')
  ['specificity_of:c2', 0.8181818181818182, 0.7761194029850746], // recall_score(y == 2, label == 2, pos_label=False)
  ['log_loss', 0.8870385504234705, 0.869558045994444], // log_loss
  ['brier', 0.47000000000000003, 0.46391304347826084], // brier_score_loss(scale_by_half=False)
  ['hinge', 0.825, 0.8260869565217391], // hinge_loss
  ['top_1_accuracy', 0.625, 0.5978260869565217], // top_k_accuracy_score(k=1)
  ['top_2_accuracy', 1.0, 1.0], // top_k_accuracy_score(k=2)
  ['top_3_accuracy', 1.0, 1.0], // top_k_accuracy_score(k=3)
  ['roc_auc_ovr_macro', 0.9324628496503496, 0.9211733749361402], // roc_auc_score(multi_class='ovr', average='macro')
  ['average_precision_macro', 0.8238988095238093, 0.8039474597729315], // average_precision_score(average='macro')
  ['roc_auc_ovo_macro', 0.9361111111111112, null], // roc_auc_score(multi_class='ovo', average='macro')
  ['roc_auc_ovr_weighted', 0.9272472319347319, 0.9159811251626205], // roc_auc_score(multi_class='ovr', average='weighted')
  ['average_precision_weighted', 0.8127976190476189, 0.7943763561431733], // average_precision_score(average='weighted')
  ['roc_auc_ovo_weighted', 0.9327256944444445, null], // roc_auc_score(multi_class='ovo', average='weighted')
  ['roc_auc_ovr_micro', 0.9140625, 0.9275756143667296], // roc_auc_score(multi_class='ovr', average='micro')
  ['average_precision_micro', 0.7662878787878789, 0.7926397144489712], // average_precision_score(average='micro')
  ['roc_auc_of:c1', 0.9479166666666667, 0.9160839160839161], // roc_auc_score(y == 1, p[:, 1])
  ['average_precision_of:c1', 0.8541666666666666, 0.7878787878787878], // average_precision_score(y == 1, p[:, 1])
  ['d2_log_loss', 0.35276395214753653, 0.3650283020289019], // d2_log_loss_score
  ['d2_brier', 0.36673684210526314, 0.3749506526583892], // d2_brier_score
  ['brier_uncertainty', 0.7421875, 0.7422022684310019], // numpy: Σ r (1 − r) over classes
  ['overconfidence', 0, 0], // numpy, as for two classes: no gap is above 1 / (0.3 · 2 + 2 − 0.001 · 4)
  ['underconfidence', 0.0625, 0.08695652173913043], // numpy, as for two classes
]

const Y = [3, 0.5, 2, 7, 4.2, 1.1, 2.4, 8.8, 2, 5]
const P = [2.5, 1, 2, 8, 4, 1.5, 2, 7.9, 2.6, 5.5]

const REGRESSION: readonly Row[] = [
  ['mae', 0.5, 0.5046153846153847], // mean_absolute_error
  ['mse', 0.3280000000000001, 0.31384615384615394], // mean_squared_error
  ['rmse', 0.5727128425310543, 0.5602197371087116], // root_mean_squared_error
  ['r2', 0.94850863422292, 0.9368010462620154], // r2_score
  ['r2_finite', 0.94850863422292, 0.9368010462620154], // r2_score
  ['mape', 0.23897186147186145, 0.238994338994339], // mean_absolute_percentage_error
  ['mape_clipped', 0.23897186147186145, 0.238994338994339], // mean_absolute_percentage_error
  ['median_ae', 0.5, 0.5], // median_absolute_error
  ['msle', 0.02109952990908532, 0.02051886472898385], // mean_squared_log_error
  ['rmsle', 0.14525677233466713, 0.14324407397509975], // root_mean_squared_log_error
  ['explained_variance', 0.9500784929356358, 0.9456164900654677], // explained_variance_score
  ['d2_absolute', 0.75, 0.7140366172624237], // d2_absolute_error_score
  ['poisson_deviance', 0.10302695483098692, 0.10000434197700592], // mean_poisson_deviance
  ['gamma_deviance', 0.06475295365590394, 0.06594208258079318], // mean_gamma_deviance
  ['tweedie_deviance_1.5', 0.07578007285626968, 0.07488716333325479], // mean_tweedie_deviance(power=1.5)
  ['tweedie_deviance_3', 0.06272288081539915, 0.06846993254824936], // mean_tweedie_deviance(power=3)
  ['tweedie_deviance_-1', 1.810366666666667, 1.6720410256410227], // mean_tweedie_deviance(power=-1)
  ['tweedie_deviance_0', 0.3280000000000001, 0.31384615384615394], // mean_tweedie_deviance(power=0)
  ['pinball_0.1', 0.29000000000000004, 0.336], // mean_pinball_loss(alpha=0.1)
  ['d2_pinball_0.1', 0.06451612903225812, 0.015329125338142346], // d2_pinball_score(alpha=0.1)
  ['pinball_0.9', 0.21000000000000005, 0.1686153846153847], // mean_pinball_loss(alpha=0.9)
  ['d2_pinball_0.9', 0.596153846153846, 0.5980931426475979], // d2_pinball_score(alpha=0.9)
  ['d2_tweedie_0', 0.94850863422292, 0.9368010462620154], // d2_tweedie_score(power=0)
  ['d2_tweedie_1', 0.9404325954314052, 0.92817085925326], // d2_tweedie_score(power=1)
  ['d2_tweedie_1.5', 0.9217400395577608, 0.9061619781588388], // d2_tweedie_score(power=1.5)
  ['d2_tweedie_2', 0.8876447121170917, 0.8655835432491309], // d2_tweedie_score(power=2)
  ['d2_tweedie_-1', 0.9333836228044353, 0.9190187647586232], // d2_tweedie_score(power=-1)
  ['mape_clipped_float32', 0.23897186147186145, 0.238994338994339], // mean_absolute_percentage_error
  ['bias_share', 0.17460757394239443, 0.3734798247391409], // numpy: |average(e)| / sqrt(average(e²))
  ['error_kurtosis', -1.0437878248487003, -0.7505353711517908], // scipy.stats.kurtosis; numpy with weights
  ['smape', 0.19840012507267604, 0.19265908798967976], // numpy.average(2 |y − p| / (|y| + |p|))
  ['wmape', 0.1388888888888889, 0.12898151789225326], // numpy: Σ w |y − p| / Σ w |y|
  ['bias', 0.09999999999999995, 0.2092307692307692], // |numpy.average(p − y)|
  ['max_error', 1.0, 1.0], // max_error
  ['pearson', 0.9747280852532555, 0.9726582720797994], // numpy.cov(aweights=w)
  ['spearman', 0.9298780487804879, null], // scipy.stats.spearmanr
]

const SAMPLES: readonly (readonly [rows: readonly Row[], sample: Sample])[] = [
  [BINARY, binary(TRUTH, SCORE)],
  [
    MULTICLASS,
    multiclass(
      CLASS_TRUTH,
      CLASS_LABEL,
      4,
      Array.from(CLASS_SCORES, (tenths) => Number(tenths) / 10),
    ),
  ],
  [REGRESSION, regression(Y, P)],
]

describe.each(SAMPLES.map(([rows, sample]) => [sample.task, rows, sample] as const))('%s', (task, rows, sample) => {
  test.each(rows)('%s', (name, plain, withWeights) => {
    const metric = findMetric(name, task)
    expect(metric?.value(sample)).toEqual({ value: expect.closeTo(plain, 13), reason: null })
    if (withWeights === null) return
    const value = metric?.value(weighted(sample, WEIGHTS.slice(0, sample.n)))
    expect(value).toEqual({ value: expect.closeTo(withWeights, 13), reason: null })
  })
})
