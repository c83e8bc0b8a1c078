# Run on the RD Gateway server, in PowerShell as an administrator. Reads its policies by WMI, and changes nothing.
# The file has no secrets, but the names of your groups and computers.
$read = { param($class) @(Get-CimInstance -Namespace root/CIMV2/TerminalServices -ClassName $class |
  Select-Object * -ExcludeProperty Cim*, PSComputerName) }
$all = @{
  caps   = & $read Win32_TSGatewayConnectionAuthorizationPolicy
  raps   = & $read Win32_TSGatewayResourceAuthorizationPolicy
  groups = & $read Win32_TSGatewayResourceGroup
  server = & $read Win32_TSGatewayServerSettings
}
$all | ConvertTo-Json -Depth 4 | Set-Content -Encoding UTF8 rd-gateway.json
