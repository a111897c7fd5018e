/** Emergency numbers: this trunk leads to simulated phones, so they are recognised, and never called. (O11) */

/** Taken as emergencies by mobile networks everywhere (3GPP TS 22.101 §10.1). */
const EVERYWHERE = ['112', '911'];

/** Police, fire and ambulance by country, where they are others than these. */
const BY_COUNTRY: Readonly<Record<string, readonly string[]>> = {
  AE: ['997', '998', '999'],
  AR: ['100', '101', '107'],
  AT: ['122', '133', '144'],
  AU: ['000'],
  BE: ['100', '101'],
  BR: ['190', '192', '193'],
  CH: ['117', '118', '144'],
  CL: ['131', '132', '133'],
  CN: ['110', '119', '120'],
  CZ: ['150', '155', '158'],
  DE: ['110'],
  ES: ['061', '062', '080', '091'],
  FR: ['15', '17', '18', '114'],
  GB: ['999'],
  GR: ['100', '166', '199'],
  HK: ['999'],
  HU: ['104', '105', '107'],
  IE: ['999'],
  IL: ['100', '101', '102'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118'],
  JP: ['110', '118', '119'],
  KE: ['999'],
  KR: ['119'],
  MY: ['999'],
  NG: ['199'],
  NO: ['110', '113'],
  NZ: ['111'],
  PK: ['15', '115'],
  PL: ['997', '998', '999'],
  RU: ['101', '102', '103'],
  SA: ['997', '998', '999'],
  SG: ['995', '999'],
  TR: ['110', '155'],
  TW: ['110', '119'],
  UA: ['101', '102', '103'],
  ZA: ['10111', '10177'],
};

/** @param country ISO 3166-1 code of where the trunk is */
export function isEmergency(digits: string, country: string | undefined): boolean {
  return EVERYWHERE.includes(digits) || (country !== undefined && BY_COUNTRY[country]?.includes(digits) === true);
}
