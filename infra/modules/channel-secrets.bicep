@description('Addresses and keys of channels, as secrets. What is empty is left as it is in the vault.')
param vaultName string
@secure()
param mailServer string
@secure()
param teamsWebhookUrl string
@secure()
param webhookSecrets string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName

  resource mail 'secrets' = if (!empty(mailServer)) {
    name: 'mail-transport'
    properties: { value: mailServer, contentType: 'KEYTURN_MAIL_TRANSPORT' }
  }

  resource teams 'secrets' = if (!empty(teamsWebhookUrl)) {
    name: 'teams-webhook-url'
    properties: { value: teamsWebhookUrl, contentType: 'KEYTURN_TEAMS_WEBHOOK_URL' }
  }

  resource webhook 'secrets' = if (!empty(webhookSecrets)) {
    name: 'webhook-secrets'
    properties: { value: webhookSecrets, contentType: 'KEYTURN_WEBHOOK_SECRETS' }
  }
}
