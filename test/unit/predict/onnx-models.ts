// Models made with scikit-learn 1.9.1 and skl2onnx 1.20.0 (zipmap False, target_opset 15), fitted on
// X = [[0,0],[1,0],[0,1],[1,1],[2,1],[3,3]]; the expected numbers are predict_proba/predict of scikit-learn itself.
export const MODELS = {
  // LogisticRegression, y = [0,0,0,1,1,1]
  binary:
    'CAgSCHNrbDJvbm54GgYxLjIwLjAiB2FpLm9ubngoADIAOrsCCtkBCgFYEgVsYWJlbBINcHJvYmFiaWxpdGllcxoQTGluZWFyQ2xhc3NpZmllciIQTGluZWFyQ2xhc3NpZmllcioZChBjbGFzc2xhYmVsc19pbnRzQABAAaABByolCgxjb2VmZmljaWVudHM9F4tevz3WOyG/PReLXj891jshP6ABBioZCgppbnRlcmNlcHRzPSfVvT89J9W9v6ABBioSCgttdWx0aV9jbGFzcxgAoAECKh0KDnBvc3RfdHJhbnNmb3JtIghMT0dJU1RJQ6ABAzoKYWkub25ueC5tbBIYT05OWChMb2dpc3RpY1JlZ3Jlc3Npb24pWhEKAVgSDAoKCAESBgoACgIIAmIRCgVsYWJlbBIICgYIBxICCgBiHQoNcHJvYmFiaWxpdGllcxIMCgoIARIGCgAKAggCQg4KCmFpLm9ubngubWwQAUIECgAQD0IECgAQDw==',
  // LogisticRegression, y = ['a','a','b','b','c','c']
  multi:
    'CAgSCHNrbDJvbm54GgYxLjIwLjAiB2FpLm9ubngoADIAOq4DCvQBCgFYEgVsYWJlbBIScHJvYmFiaWxpdHlfdGVuc29yGhBMaW5lYXJDbGFzc2lmaWVyIhBMaW5lYXJDbGFzc2lmaWVyKiEKE2NsYXNzbGFiZWxzX3N0cmluZ3NKAWFKAWJKAWOgAQgqLwoMY29lZmZpY2llbnRzPeIhmb496YFTvz0qygO/PcnSzT49HFtQPz0LMdk+oAEGKh4KCmludGVyY2VwdHM9xZqBPz0kFt8+PU1gub+gAQYqEgoLbXVsdGlfY2xhc3MYAaABAiocCg5wb3N0X3RyYW5zZm9ybSIHU09GVE1BWKABAzoKYWkub25ueC5tbApWChJwcm9iYWJpbGl0eV90ZW5zb3ISDXByb2JhYmlsaXRpZXMaCk5vcm1hbGl6ZXIiCk5vcm1hbGl6ZXIqDQoEbm9ybSICTDGgAQM6CmFpLm9ubngubWwSGE9OTlgoTG9naXN0aWNSZWdyZXNzaW9uKVoRCgFYEgwKCggBEgYKAAoCCAJiEQoFbGFiZWwSCAoGCAgSAgoAYh0KDXByb2JhYmlsaXRpZXMSDAoKCAESBgoACgIIA0IOCgphaS5vbm54Lm1sEAFCBAoAEA9CBAoAEA8=',
  // LinearRegression, y = 2 x0 - x1 + 1 + [.1,0,-.1,0,.1,0]
  linear:
    'CAgSCHNrbDJvbm54GgYxLjIwLjAiB2FpLm9ubngoADIAOrUBCm4KAVgSCHZhcmlhYmxlGg9MaW5lYXJSZWdyZXNzb3IiD0xpbmVhclJlZ3Jlc3NvciobCgxjb2VmZmljaWVudHM9/v8DQD3NzIi/oAEGKhQKCmludGVyY2VwdHM9oZmBP6ABBjoKYWkub25ueC5tbBIWT05OWChMaW5lYXJSZWdyZXNzaW9uKVoRCgFYEgwKCggBEgYKAAoCCAJiGAoIdmFyaWFibGUSDAoKCAESBgoACgIIAUIOCgphaS5vbm54Lm1sEAFCBAoAEA9CBAoAEA8=',
}

/**
 * Logistic models of two features, p = sigmoid(2 x - z / 2) with outputs `probabilities` [n, 2], made with onnx 1.23.2
 * (opset 15): MatMul with [[2], [-0.5]], Sigmoid, and Concat of 1 - p and p.
 */
export const LOGISTIC = {
  /** One input X [n, 2]; columns 1 - p, p. */
  matrix:
    'CAg6ygEKFQoBWAoBdxIFbG9naXQiBk1hdE11bAoTCgVsb2dpdBIBcCIHU2lnbW9pZAoQCgNvbmUKAXASAXEiA1N1YgoqCgFxCgFwEg1wcm9iYWJpbGl0aWVzIgZDb25jYXQqCwoEYXhpcxgBoAECEgZtYXRyaXgqEwgCCAEQAUIBd0oIAAAAQAAAAL8qDwgBEAFCA29uZUoEAACAP1oRCgFYEgwKCggBEgYKAAoCCAJiHQoNcHJvYmFiaWxpdGllcxIMCgoIARIGCgAKAggCQgQKABAP',
  /** The same with columns p, 1 - p. */
  reversed:
    'CAg6zAEKFQoBWAoBdxIFbG9naXQiBk1hdE11bAoTCgVsb2dpdBIBcCIHU2lnbW9pZAoQCgNvbmUKAXASAXEiA1N1YgoqCgFwCgFxEg1wcm9iYWJpbGl0aWVzIgZDb25jYXQqCwoEYXhpcxgBoAECEghyZXZlcnNlZCoTCAIIARABQgF3SggAAABAAAAAvyoPCAEQAUIDb25lSgQAAIA/WhEKAVgSDAoKCAESBgoACgIIAmIdCg1wcm9iYWJpbGl0aWVzEgwKCggBEgYKAAoCCAJCBAoAEA8=',
  /** Inputs z [n, 1] and x [n, 1], in this order; columns 1 - p, p. */
  named:
    'CAg6/AEKHgoBeAoBehIBWCIGQ29uY2F0KgsKBGF4aXMYAaABAgoVCgFYCgF3EgVsb2dpdCIGTWF0TXVsChMKBWxvZ2l0EgFwIgdTaWdtb2lkChAKA29uZQoBcBIBcSIDU3ViCioKAXEKAXASDXByb2JhYmlsaXRpZXMiBkNvbmNhdCoLCgRheGlzGAGgAQISBW5hbWVkKhMIAggBEAFCAXdKCAAAAEAAAAC/Kg8IARABQgNvbmVKBAAAgD9aEQoBehIMCgoIARIGCgAKAggBWhEKAXgSDAoKCAESBgoACgIIAWIdCg1wcm9iYWJpbGl0aWVzEgwKCggBEgYKAAoCCAJCBAoAEA8=',
}
