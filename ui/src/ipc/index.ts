export {
  ApiError,
  toApiError,
  type Answer,
  type Backend,
  type CallArguments,
  type ChosenPlace,
  type CommandName,
  type PlaceKind,
  type Request,
} from './backend';
// The generated error body shares its name with the class above, which is the one screens see.
export type * from './bindings';
export { ChangeFeed, type ChangeListener } from './changeFeed';
export { chooseBackend } from './choose';
