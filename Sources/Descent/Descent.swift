@_exported import DescentSession
@_exported import DescentSource
