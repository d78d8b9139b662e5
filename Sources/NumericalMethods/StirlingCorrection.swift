/// ln Γ(z) − [(z − ½) ln z − z + ½ ln 2π] for z ≥ 15, to 1e-17.
///
/// Stirling's series, NIST Handbook of Mathematical Functions (2010), 5.11.1.
func stirlingCorrection(_ z: Double) -> Double {
  let square = 1 / (z * z)
  var series = -691.0 / 360360
  series = series * square + 1.0 / 1188
  series = series * square - 1.0 / 1680
  series = series * square + 1.0 / 1260
  series = series * square - 1.0 / 360
  series = series * square + 1.0 / 12
  return series / z
}
