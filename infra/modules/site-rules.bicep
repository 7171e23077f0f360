@export()
@description('What holds for the app on every plan: no old TLS, no debugger, no other origin.')
var siteRules = {
  minTlsVersion: '1.2'
  scmMinTlsVersion: '1.2'
  http20Enabled: true
  remoteDebuggingEnabled: false
  cors: { allowedOrigins: [], supportCredentials: false }
}
