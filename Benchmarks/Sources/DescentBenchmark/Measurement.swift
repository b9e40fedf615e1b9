/// One line of the table: a time or a size of `descent`, and what it is compared with.
struct Measurement: Codable {
  /// A stable name, such as `W2`; `recorded.json` is kept by it.
  var name: String
  var title: String
  var unit: String
  var descent: Double
  /// The same of what it is compared with, and what that is.
  var limit: Double?
  var limitName: String?
  /// `descent` over `limit`; for a doubling, the time over the time of half the size.
  var ratio: Double?
  /// Half the distance between the quartiles of the ratios of single rounds, as a part of the
  /// median; where there is no ratio, of `descent`.
  var spread: Double?
}
