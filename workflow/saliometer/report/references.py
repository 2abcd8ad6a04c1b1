"""Works that the page may cite, in the order of the list, and how they are called in the text."""

REFERENCES = {
    "arias": (
        "Arias-Duart, A., Parés, F., Garcia-Gasulla, D., & Giménez-Ábalos, V. (2022). Focus! Rating "
        "XAI methods "
        "and finding biases. IEEE International Conference on Fuzzy Systems (FUZZ-IEEE)."
    ),
    "confusion": (
        "Arias-Duart, A., Mariotti, E., Garcia-Gasulla, D., & Alonso-Moral, J. M. (2023). A "
        "confusion matrix for "
        "evaluating feature attribution methods. IEEE/CVF Conference on Computer Vision and Pattern "
        "Recognition "
        "Workshops (CVPRW)."
    ),
    "aronow": (
        "Aronow, P. M., Samii, C., & Assenova, V. A. (2015). Cluster-robust variance estimation for dyadic "
        "data. Political Analysis, 23, 564\N{EN DASH}577."
    ),
    "bell": (
        "Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression "
        "with multi-stage samples. Survey Methodology, 28, 169\N{EN DASH}181."
    ),
    "bland": (
        "Bland, J. M., & Altman, D. G. (1986). Statistical methods for assessing agreement between "
        "two methods of "
        "clinical measurement. The Lancet, 327, 307\N{EN DASH}310."
    ),
    "brennan": "Brennan, R. L. (2001). Generalizability theory. Springer.",
    "cliff": (
        "Cliff, N. (1993). Dominance statistics: Ordinal analyses to answer ordinal questions. Psychological "
        "Bulletin, 114, 494\N{EN DASH}509."
    ),
    "cronbach": (
        "Cronbach, L. J., Gleser, G. C., Nanda, H., & Rajaratnam, N. (1972). The dependability of behavioral "
        "measurements. Wiley."
    ),
    "efron": (
        "Efron, B., & Stein, C. (1981). The jackknife estimate of variance. The Annals of Statistics, 9, "
        "586\N{EN DASH}596."
    ),
    "fresz": (
        "Fresz, B., Lörcher, L., & Huber, M. (2024). Classification metrics for image explanations: Towards "
        "building reliable XAI-evaluations. ACM Conference on Fairness, Accountability, and "
        "Transparency (FAccT). "
        "https://doi.org/10.1145/3630106.3658537"
    ),
    "holm": (
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
        "Statistics, 6, 65\N{EN DASH}70."
    ),
    "kendall": "Kendall, M., & Gibbons, J. D. (1990). Rank correlation methods (5th ed.). Edward Arnold.",
    "krippendorff": "Krippendorff, K. (2004). Content analysis: An introduction to its methodology "
    "(2nd ed.). Sage.",
    "mcgraw": (
        "McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation "
        "coefficients. "
        "Psychological Methods, 1, 30\N{EN DASH}46."
    ),
    "mogstad": (
        "Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024). Inference for ranks with "
        "applications to "
        "mobility across neighbourhoods and academic achievement across countries. The Review of Economic "
        "Studies, 91, 476\N{EN DASH}518."
    ),
    "pustejovsky": (
        "Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for cluster-robust variance "
        "estimation and hypothesis testing in fixed effects models. Journal of Business & Economic "
        "Statistics, 36, 672\N{EN DASH}683."
    ),
    "rao": (
        "Rao, J. N. K., & Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with "
        "cell proportions estimated from survey data. The Annals of Statistics, 12, 46\N{EN DASH}60."
    ),
    "shrout": (
        "Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater "
        "reliability. "
        "Psychological Bulletin, 86, 420\N{EN DASH}428."
    ),
    "taylor": (
        "Taylor, J. M. G. (1987). Kendall's and Spearman's correlation coefficients in the presence of a "
        "blocking variable. Biometrics, 43, 409\N{EN DASH}416."
    ),
    "tomsett": (
        "Tomsett, R., Harborne, D., Chakraborty, S., Gurram, P., & Preece, A. (2020). Sanity checks "
        "for saliency "
        "metrics. AAAI Conference on Artificial Intelligence."
    ),
}

IN_TEXT = {
    "aronow": "Aronow et al., 2015",
    "arias": "Arias-Duart et al., 2022",
    "bell": "Bell & McCaffrey, 2002",
    "bland": "Bland & Altman, 1986",
    "brennan": "Brennan, 2001",
    "cliff": "Cliff, 1993",
    "confusion": "Arias-Duart et al., 2023",
    "cronbach": "Cronbach et al., 1972",
    "efron": "Efron & Stein, 1981",
    "fresz": "Fresz et al., 2024",
    "holm": "Holm, 1979",
    "kendall": "Kendall & Gibbons, 1990",
    "krippendorff": "Krippendorff, 2004",
    "mcgraw": "McGraw & Wong, 1996",
    "mogstad": "Mogstad et al., 2024",
    "pustejovsky": "Pustejovsky & Tipton, 2018",
    "rao": "Rao & Scott, 1984",
    "shrout": "Shrout & Fleiss, 1979",
    "taylor": "Taylor, 1987",
    "tomsett": "Tomsett et al., 2020",
}
