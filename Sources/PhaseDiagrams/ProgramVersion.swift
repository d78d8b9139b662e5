import CNetCDF
import Cluster
import NumericalMethods

/// Versions that go into every file of results.
public enum ProgramVersion {
  /// Version of this program.
  public static let current = "0.1.0"

  /// Version of the stored records and of the random stream map: results of another one are not continued.
  static let recordFormat = 2

  /// Version of the NetCDF library.
  public static var netCDF: String { String(cString: nc_inq_libvers()) }

  /// Libraries in use, one a line.
  public static var libraries: String {
    ["NetCDF \(netCDF)", LinearAlgebraLibrary.configuration].joined(separator: "\n")
  }
}
