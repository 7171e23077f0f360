@description('Publishes a package from an address, so that the portal alone is enough.')
param appName string
param location string
@secure()
param packageUri string

// The type that Bicep knows is that of another extension, MSDeploy. Microsoft Learn, "Automate resource deployment for
// your function app", "Deployment package".
resource publish 'Microsoft.Web/sites/extensions@2022-09-01' = {
  name: '${appName}/onedeploy'
  #disable-next-line BCP187
  location: location
  properties: {
    packageUri: packageUri
    #disable-next-line BCP037
    remoteBuild: false
  }
}
