import { accessGrounds, allowsNeither, type AccessRegime } from '../../config/access-grounds';

const codesBy = (regime: AccessRegime, allows: boolean): string[] => Object.keys(accessGrounds[regime]).filter((code) => allowsNeither(regime, code) === allows);

test('by every exemption of FOIA but section 21 it can be neither confirmed nor denied; by two exceptions of the EIR only', () => {
  expect(codesBy('foi', false)).toEqual(['s21']);
  expect(codesBy('eir', true)).toEqual(['r12-5-a', 'r13']);
});
