import appService from './playbooks/app-service.md';
import azureDevOps from './playbooks/azure-devops.md';
import businessCentral from './playbooks/business-central.md';
import dataverse from './playbooks/dataverse.md';
import generic from './playbooks/generic.md';
import githubActions from './playbooks/github-actions.md';
import keyturnConnection from './playbooks/keyturn-connection.md';
import logicApps from './playbooks/logic-apps.md';
import powerAutomate from './playbooks/power-automate.md';
import sharePointAddIn from './playbooks/sharepoint-add-in.md';
import smartConnect from './playbooks/smartconnect.md';
import smartConnect21 from './playbooks/smartconnect-21.md';
import type { Playbook } from './playbook.ts';
import { readPlaybook } from './read-playbook.ts';

const FILES: Record<string, string> = {
  smartconnect: smartConnect,
  'smartconnect-21': smartConnect21,
  'business-central': businessCentral,
  dataverse,
  'power-automate': powerAutomate,
  'logic-apps': logicApps,
  'azure-devops': azureDevOps,
  'github-actions': githubActions,
  'app-service': appService,
  'sharepoint-add-in': sharePointAddIn,
  'keyturn-connection': keyturnConnection,
  generic,
};

let read: Playbook[] | null = null;

/** The playbooks that come with Keyturn, read once. A test keeps each of them readable. */
export function shippedPlaybooks(): readonly Playbook[] {
  read ??= Object.entries(FILES).flatMap(([id, markdown]) => {
    const result = readPlaybook(id, markdown);
    return result.ok ? [result.playbook] : [];
  });
  return read;
}

/** The one for every system that no other fits. */
export const GENERIC = 'generic';
