import DeepLinear
import DenseHebbian
import GeneralizationDynamics
import MultitaskingHebbian
import SystemInterface

extension SystemRegistry {
  /// Every system of the program: one line a system.
  public static let standard = SystemRegistry([
    DenseHebbian(),
    MultitaskingHebbian(),
    GeneralizationDynamics(),
    DeepLinear(),
  ])
}
