/** As the module that a config names. */
export { chattyPlanner as default } from '../../../dst/chatty-planner.ts'
