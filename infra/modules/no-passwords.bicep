@description('A password that publishes code would be a way in beside Entra ID.')
param appName string

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}
