/// Where rows came from: the command that makes them again.
struct DataSource {
  enum Part {
    case text(String)
    /// A file, as seen from where the program runs.
    case file(String)
    /// The numbers of this column, where what they were made of may be something else by now.
    case numbers(column: String)
  }

  /// What follows `data`.
  var parts: [Part] = []
  /// The seed that random numbers were drawn with, and the first draw, if there was any.
  var seed: UInt64 = 0
  var firstDraw: Int?
  /// How many rows were left out because they missed a value.
  var droppedRows = 0
}
