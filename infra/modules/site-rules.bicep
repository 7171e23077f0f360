@export()
@description('What holds for the app on every plan: no old TLS, no ftp, no debugger, no other origin.')
var siteRules = {
  minTlsVersion: '1.2'
  scmMinTlsVersion: '1.2'
  ftpsState: 'Disabled'
  http20Enabled: true
  remoteDebuggingEnabled: false
  cors: { allowedOrigins: [], supportCredentials: false }
}
